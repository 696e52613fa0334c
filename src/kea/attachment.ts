import { networkKey } from './networks.ts';

/** What the kernel and Open vSwitch say about a bridge. */
export interface BridgeState {
  /** `linux`, `ovs`, or undefined: there is no such bridge now. */
  kind: 'linux' | 'ovs' | undefined;
  vlanFiltering: boolean;
}

/** The bridge that a port has to join, and the commands for it; or why it has to wait. */
export type Attachment = { bridge: string; mode: string; commands: string[][] } | { waiting: string };

/**
 * How a port joins a (bridge, VLAN). Tagged NICs on a bridge without VLAN filtering live on `vmbr0v20`, which
 * Proxmox VE makes when the first such guest starts. Pure: `look` says how a bridge is at the moment.
 */
export function attachmentOf(
  { bridge, vlan }: { bridge: string; vlan: number | null },
  { port, look }: { port: string; look(bridge: string): BridgeState },
): Attachment {
  const { kind, vlanFiltering } = look(bridge);
  if (kind === 'ovs') {
    const tag = vlan === null ? [] : [`tag=${vlan}`];
    const add = ['ovs-vsctl', '--', '--if-exists', 'del-port', port, '--', 'add-port', bridge, port, ...tag];
    return { bridge, mode: `ovs:${vlan ?? ''}`, commands: [add] };
  }
  if (vlan !== null && !vlanFiltering) {
    const tagged = `${bridge}v${vlan}`;
    if (look(tagged).kind === 'linux')
      return { bridge: tagged, mode: 'plain', commands: [join(port, tagged)] };
    return {
      waiting: kind
        ? `${tagged} does not exist yet; it comes with the first guest that runs with tag ${vlan} on ${bridge}`
        : `there is no bridge ${bridge}`,
    };
  }
  if (!kind) return { waiting: `there is no bridge ${bridge}` };
  if (vlan === null) return { bridge, mode: 'plain', commands: [join(port, bridge)] };
  return {
    bridge,
    mode: `vlan:${vlan}`,
    commands: [
      join(port, bridge),
      ['bridge', 'vlan', 'del', 'vid', '1', 'dev', port],
      ['bridge', 'vlan', 'add', 'vid', String(vlan), 'dev', port, 'pvid', 'untagged'],
    ],
  };
}

/** Whether the bridge of this network comes and goes with a guest. */
export function isFirewallBridge(network: { bridge: string; vlan: number | null }): boolean {
  return /^fwbr\d+i\d+$/.test(networkKey(network));
}

function join(port: string, bridge: string): string[] {
  return ['ip', 'link', 'set', 'dev', port, 'master', bridge];
}
