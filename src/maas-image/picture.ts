import type { Device, NodeNetwork } from './network.ts';

/** Characters of the tree; `ascii` for terminals that have no others. */
const LINES = {
  unicode: { branch: '├─ ', last: '└─ ', bar: '│  ', gap: '   ' },
  ascii: { branch: '|- ', last: '`- ', bar: '|  ', gap: '   ' },
} as const;

/**
 * A node's network as lines: bridges on top, below each what it is made of, down to the NICs; then what is in no
 * bridge. VLANs of a bridge hang below it, too.
 */
export function networkPicture({ devices }: Pick<NodeNetwork, 'devices'>, { ascii = false } = {}): string[] {
  const lines = ascii ? LINES.ascii : LINES.unicode;
  const byName = new Map(devices.map((device) => [device.name, device]));
  const used = new Set(
    devices.flatMap(({ members, link }) => [...members, ...(link === null ? [] : [link])]),
  );
  const roots = [...devices]
    .filter((device) => device.kind === 'bridge' || !used.has(device.name))
    .filter((device) => !(device.kind === 'vlan' && byName.get(device.link ?? '')?.kind === 'bridge'))
    .sort((one, other) => rank(one) - rank(other));

  const draw = (device: Device, prefix: string): string[] => {
    const below = partsOf(device, devices, byName);
    return below.flatMap((part, at) => {
      const last = at === below.length - 1;
      const text = `${prefix}${last ? lines.last : lines.branch}${describe(part)}`;
      // A VLAN that hangs below its bridge would lead back to it.
      return part.kind === 'vlan' && part.link === device.name
        ? [text]
        : [text, ...draw(part, prefix + (last ? lines.gap : lines.bar))];
    });
  };
  return roots.flatMap((root) => [describe(root), ...draw(root, '')]);
}

function partsOf(device: Device, devices: readonly Device[], byName: ReadonlyMap<string, Device>): Device[] {
  const names = [...device.members, ...(device.link === null ? [] : [device.link])];
  const vlans =
    device.kind === 'bridge'
      ? devices.filter(({ kind, link }) => kind === 'vlan' && link === device.name)
      : [];
  return [...names.map((name) => byName.get(name)).filter((part) => part !== undefined), ...vlans];
}

function rank({ kind }: Device): number {
  return ['bridge', 'vlan', 'bond', 'ethernet'].indexOf(kind);
}

const KINDS = { ethernet: 'NIC', bond: 'bond', vlan: 'VLAN', bridge: 'bridge' } as const;

function describe(device: Device): string {
  const { kind, name, source, mac, mtu, addresses, gateways, vlan, mode, vlanAware } = device;
  const parts = [
    `${name}  ${KINDS[kind]}${vlan === null ? '' : ` ${vlan}`}${mode === null ? '' : ` ${mode}`}${vlanAware ? ', VLAN-aware' : ''}`,
    kind === 'ethernet' ? (mac ?? '') : '',
    addresses.join(' '),
    gateways.length > 0 ? `gateway ${gateways.join(' ')}` : '',
    mtu !== null && mtu !== 1500 ? `mtu ${mtu}` : '',
    source !== null && source !== name ? `(${source} in MAAS)` : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}
