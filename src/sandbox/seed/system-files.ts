import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../state/files.ts';
import type { SeedNode } from './shape.ts';

/** Says that a node's files were laid down: what is missing later was removed by somebody. */
const MARK = 'system-files-2';

/** Lays down what every node has beside its configuration; a state folder of an older sandbox gets it, too. */
export function layDownSystemFiles(stateDir: string, node: SeedNode): void {
  const folder = join(stateDir, 'nodes', node.name);
  if (existsSync(join(folder, MARK))) return;
  for (const [path, { text, mode }] of Object.entries(systemFiles(node))) {
    const file = join(folder, 'rootfs', path);
    if (!existsSync(file)) writeAtomic(file, text, mode);
  }
  const link = join(folder, 'rootfs', 'boot', 'vmlinuz');
  if (!existsSync(link)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(`vmlinuz-${node.kernel}`, link);
  }
  writeAtomic(join(folder, MARK), '');
}

function systemFiles({ kernel }: SeedNode): Record<string, { text: string; mode?: number }> {
  return {
    [`boot/vmlinuz-${kernel}`]: { text: '' },
    [`boot/initrd.img-${kernel}`]: { text: '' },
    'etc/apt/sources.list.d/debian.sources': { text: DEBIAN },
    'etc/apt/sources.list.d/proxmox.sources': { text: PROXMOX },
    'etc/apt/sources.list.d/pve-enterprise.sources': { text: ENTERPRISE },
    'proc/mounts': { text: MOUNTS },
    'sys/kernel/security/apparmor/profiles': { text: 'lxc-container-default-cgns (enforce)\n' },
    'sys/module/apparmor/parameters/enabled': { text: 'Y\n' },
    'proc/swaps': { text: 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' },
    'usr/libexec/virtiofsd': { text: '', mode: 0o755 },
    'usr/sbin/ifreload': { text: '', mode: 0o755 },
  };
}

const KEYRING = 'Signed-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n';
const DEBIAN = `Types: deb
URIs: http://deb.debian.org/debian/
Suites: trixie trixie-updates
Components: main contrib non-free-firmware
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.debian.org/debian-security/
Suites: trixie-security
Components: main contrib non-free-firmware
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;
const PROXMOX = `Types: deb
URIs: http://download.proxmox.com/debian/pve
Suites: trixie
Components: pve-no-subscription
${KEYRING}`;
const ENTERPRISE = `Enabled: false
Types: deb
URIs: https://enterprise.proxmox.com/debian/pve
Suites: trixie
Components: pve-enterprise
${KEYRING}`;
const MOUNTS = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,relatime 0 0
/dev/mapper/pve-root / ext4 rw,relatime,errors=remount-ro 0 0
/dev/fuse /etc/pve fuse rw,nosuid,nodev,relatime,user_id=0,group_id=0,default_permissions,allow_other 0 0
`;
