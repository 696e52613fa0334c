import type { StandIn } from './apt-repository.ts';

const KERNEL = '6.99.1-1-pve';

/** Small packages with the names of Proxmox VE's, whose maintainer scripts are as awkward as the real ones. */
export const STAND_INS: readonly StandIn[] = [
  { name: 'proxmox-ve', version: '9.0.0', depends: 'pve-manager, proxmox-default-kernel' },
  { name: 'proxmox-default-kernel', version: '2.0.0', depends: `proxmox-kernel-${KERNEL}-signed` },
  {
    name: `proxmox-kernel-${KERNEL}-signed`,
    version: '6.99.1-1',
    depends: 'initramfs-tools',
    files: {
      [`boot/vmlinuz-${KERNEL}`]: 'kernel',
      [`boot/config-${KERNEL}`]: 'CONFIG_RD_ZSTD=y\nCONFIG_RD_GZIP=y\n',
      [`lib/modules/${KERNEL}/modules.order`]: '',
      [`lib/modules/${KERNEL}/modules.builtin`]: '',
    },
    scripts: { postinst: `#!/bin/sh\nset -e\nupdate-initramfs -c -k ${KERNEL}\nupdate-grub\n` },
  },
  { name: 'zfs-initramfs', version: '2.3.0' },
  {
    name: 'pve-cluster',
    version: '9.0.0',
    files: { 'lib/systemd/system/pve-cluster.service': '[Service]\nExecStart=/bin/true\n' },
    scripts: {
      postinst: `#!/bin/sh
set -e
mkdir -p /var/lib/pve-cluster
touch /var/lib/pve-cluster/config.db
# Starts a service, as debhelper has it: policy-rc.d has to say no.
deb-systemd-helper enable pve-cluster.service
deb-systemd-invoke start pve-cluster.service
systemctl start pve-cluster.service
# And two that do not ask: they would stay behind as processes of the host.
start-stop-daemon --start --background --exec /usr/bin/sleep -- 4711
setsid sleep 4712 < /dev/null > /dev/null 2>&1 &
`,
    },
  },
  {
    name: 'pve-manager',
    version: '9.0.0',
    depends: 'debconf, pve-cluster, ifupdown2',
    files: { 'usr/bin/pveversion': '#!/bin/sh\necho pve-manager/9.0.0\n' },
    scripts: {
      templates:
        'Template: pve-manager/question\nType: string\nDescription: A question\n Nobody is there to answer it.\n',
      config:
        '#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\ndb_input critical pve-manager/question || true\ndb_go || true\n',
      postinst: `#!/bin/sh
set -e
. /usr/share/debconf/confmodule
db_get pve-manager/question || true
# As pmxcfs has it: the node's name needs an address that is not loopback.
address=$(getent ahostsv4 "$(hostname)" | head -n 1 | cut -d ' ' -f 1)
case "$address" in ''|127.*) echo "Unable to resolve $(hostname) to a real address: '$address'" >&2; exit 1;; esac
[ -e /proxmox_install_mode ] || { echo "would start everything" >&2; exit 1; }
[ ! -e /run/systemd/system ] || { echo "the host's /run is in here" >&2; exit 1; }
echo "deb https://enterprise.example.com/debian/pve trixie pve-enterprise" > /etc/apt/sources.list.d/pve-enterprise.list
echo "auto lo" > /etc/network/interfaces.new
`,
    },
  },
];

export const STAND_IN_KERNEL = KERNEL;
