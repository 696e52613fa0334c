/** Where everything of the agent lies on a node, or in its container. */
export const UNIT = 'proxwright-kea.service';
export const UNIT_PATH = `/etc/systemd/system/${UNIT}`;
export const PROGRAM = '/usr/local/lib/proxwright/proxwright';
/** Where shells find the program; somebody's own copy there stays. */
export const LINK = '/usr/local/bin/proxwright';
export const PROFILE = 'proxwright-kea';
export const PROFILE_PATH = `/etc/apparmor.d/${PROFILE}`;
/** Docker's build and compose files, in the container. */
export const FOLDER = '/opt/proxwright-kea';
export const DAEMON_JSON = '/etc/docker/daemon.json';

/** Ends what an agent keeps running beside itself. */
export const TAKE_DOWN: readonly string[] = [PROGRAM, 'kea', 'agent', '--take-down'];

/** Says what the agent serves, and what is wrong. */
export const STATUS: readonly string[] = [PROGRAM, 'kea', 'status'];

/** What has ovs-vsctl, and its services, which in a container would fight those of the node. */
export const OVS = 'openvswitch-switch';
export const OVS_UNITS: readonly string[] = [
  'openvswitch-switch.service',
  'ovs-vswitchd.service',
  'ovsdb-server.service',
];

/** Debian's Kea, and the service that each package brings along. */
export function keaPackages({ dhcpv6 }: { dhcpv6: boolean }): string[] {
  return ['kea-dhcp4-server', ...(dhcpv6 ? ['kea-dhcp6-server'] : [])];
}

export function serviceOf(packageName: string): string {
  return `${packageName}.service`;
}
