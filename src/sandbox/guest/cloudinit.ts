import { createHash } from 'node:crypto';
import { propertyFormat, splitList } from '../schema/formats.ts';
import { NET } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';

type Values = Readonly<Record<string, string>>;

/** GET …/cloudinit/dump: the part of the cloud-init drive that PVE would generate. */
export function dumpCloudInit(
  world: World,
  node: string,
  guest: { values: Values; type: string; vmid: number },
): string {
  if (guest.type === 'network') return network(world, node, guest.values);
  if (guest.type === 'meta') {
    const id = createHash('sha1')
      .update(userPart(world, node, guest) + network(world, node, guest.values))
      .digest('hex');
    return `instance-id: ${id}\n`;
  }
  return userPart(world, node, guest);
}

function userPart(world: World, node: string, guest: { values: Values; vmid: number }): string {
  const { values } = guest;
  const name = values.name ?? `VM${guest.vmid}`;
  const domain = values.searchdomain?.split(' ')[0] ?? world.nodes.get(node).domain;
  const keys = decodeURIComponent(values.sshkeys ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [
    '#cloud-config',
    `hostname: ${name}`,
    'manage_etc_hosts: true',
    `fqdn: ${name}.${domain}`,
    ...(values.ciuser === undefined ? [] : [`user: ${values.ciuser}`]),
    ...(values.cipassword === undefined ? [] : [`password: ${values.cipassword}`]),
    ...(keys.length === 0 ? [] : ['ssh_authorized_keys:', ...keys.map((key) => `  - ${key}`)]),
    'chpasswd:',
    '  expire: False',
    ...(values.ciuser === undefined ? ['users:', '  - default'] : []),
    ...(values.ciupgrade === '0' ? [] : ['package_upgrade: true']),
    '',
  ].join('\n');
}

function network(world: World, node: string, values: Values): string {
  const nics = Object.keys(values)
    .filter((name) => /^net\d+$/.test(name))
    .sort((one, other) => Number(one.slice(3)) - Number(other.slice(3)));
  const lines = nics.flatMap((name) => nicLines(values, Number(name.slice(3))));
  const servers =
    values.nameserver === undefined ? [world.nodes.get(node).dns] : splitList(values.nameserver);
  const search =
    values.searchdomain === undefined
      ? []
      : ['      search:', ...splitList(values.searchdomain).map((domain) => `      - '${domain}'`)];
  return [
    'version: 1',
    'config:',
    ...lines,
    '    - type: nameserver',
    '      address:',
    ...servers.map((server) => `      - '${server}'`),
    ...search,
    '',
  ].join('\n');
}

function nicLines(values: Values, index: number): string[] {
  const mac = readPropertyString(NET, values[`net${index}`] ?? '').macaddr?.toLowerCase() ?? '';
  const config = readPropertyString(propertyFormat('pve-qm-ipconfig'), values[`ipconfig${index}`] ?? '');
  const subnets: string[] = [];
  if (config.ip === 'dhcp') subnets.push('      - type: dhcp4');
  else if (config.ip !== undefined) {
    const [address, prefix] = config.ip.split('/');
    subnets.push(
      '      - type: static',
      `        address: '${address}'`,
      `        netmask: '${netmask(Number(prefix))}'`,
    );
    if (config.gw !== undefined) subnets.push(`        gateway: '${config.gw}'`);
  }
  if (config.ip6 === 'dhcp') subnets.push('      - type: dhcp6');
  else if (config.ip6 === 'auto') subnets.push('      - type: ipv6_slaac');
  else if (config.ip6 !== undefined) {
    subnets.push('      - type: static6', `        address: '${config.ip6}'`);
    if (config.gw6 !== undefined) subnets.push(`        gateway: '${config.gw6}'`);
  }
  const head = ['    - type: physical', `      name: eth${index}`, `      mac_address: '${mac}'`];
  return subnets.length === 0 ? head : [...head, '      subnets:', ...subnets];
}

function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
