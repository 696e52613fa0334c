/** The services that a node's API shows. */
export const SERVICES: readonly string[] = [
  'chrony',
  'corosync',
  'cron',
  'ksmtuned',
  'lxcfs',
  'postfix',
  'proxmox-firewall',
  'pve-cluster',
  'pve-firewall',
  'pve-ha-crm',
  'pve-ha-lrm',
  'pve-lxc-syscalld',
  'pvedaemon',
  'pvefw-logger',
  'pveproxy',
  'pvescheduler',
  'pvestatd',
  'qmeventd',
  'spiceproxy',
  'sshd',
  'syslog',
  'systemd-journald',
  'systemd-timesyncd',
];

const VERSIONS = ['10.2', '10.1', '10.0', '9.2', '9.1', '9.0', '8.2', '8.1', '8.0', '7.2', '6.2', '5.2'];

/** The machine types of its QEMU. */
export const MACHINES = ['i440fx', 'q35'].flatMap((type) =>
  VERSIONS.map((version) => ({ id: `pc-${type}-${version}`, type, version })),
);
