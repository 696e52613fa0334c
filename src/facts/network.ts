import type { BridgeFacts } from './facts.ts';
import { type FactSource, perNode } from './read.ts';

interface NetworkRow {
  iface: string;
  type: string;
  bridge_vlan_aware?: number;
  cidr?: string;
  mtu?: string | number;
}

/** Bridges of every kind, SDN vnets among them: whatever a guest's NIC may name. */
export function readBridges(nodes: readonly string[], source: FactSource): Promise<BridgeFacts[]> {
  return perNode<NetworkRow, BridgeFacts>(nodes, source, {
    path: 'network',
    params: { type: 'any_bridge' },
    map: (row, node) => ({
      node,
      bridge: row.iface,
      // An Open vSwitch bridge takes any tag, and so does a vnet's own tagging.
      vlanAware: row.bridge_vlan_aware === 1 || row.type === 'OVSBridge',
      ...(row.cidr ? { cidr: row.cidr } : {}),
      ...(row.mtu === undefined ? {} : { mtu: Number(row.mtu) }),
    }),
  });
}
