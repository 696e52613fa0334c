import { fail } from '../refusal.ts';
import { formatted, NODE, oneOf, required } from '../schema/parameter.ts';
import type { SeedBridge } from '../seed/shape.ts';
import { ALL, onNode } from './permission.ts';
import type { Call, Route } from './route.ts';

const TYPES = [
  'bridge',
  'bond',
  'eth',
  'alias',
  'vlan',
  'fabric',
  'OVSBridge',
  'OVSBond',
  'OVSPort',
  'OVSIntPort',
  'vnet',
  'any_bridge',
  'any_local_bridge',
  'include_sdn',
];

export const networkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/network',
    permission: ALL,
    proxied: true,
    ms: 15,
    parameters: { node: NODE, type: oneOf(TYPES) },
    handle: (call) => {
      const type = call.given.text('type');
      const all = interfacesOf(call);
      if (type === undefined || type === 'include_sdn') return all;
      return all.filter(
        (one) => one.type === type || (/^any_(local_)?bridge$/.test(type) && one.type === 'bridge'),
      );
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/network/{iface}',
    permission: onNode('Sys.Audit'),
    proxied: true,
    parameters: { node: NODE, iface: required(formatted('pve-iface', { minLength: 2, maxLength: 20 })) },
    handle: (call) => {
      const found = interfacesOf(call).find((one) => one.iface === call.given.need('iface'));
      if (!found) throw fail('interface does not exist');
      const { iface: _, ...rest } = found;
      return rest;
    },
  },
];

function interfacesOf({ world, node }: Call): ({ iface: string; type: string } & Record<string, unknown>)[] {
  const { bridges, gateway } = world.nodes.get(node);
  const ports = [...new Set(bridges.map((bridge) => bridge.ports))];
  return [
    ...bridges.map((bridge, index) => ({
      ...describeBridge(bridge),
      priority: ports.length + index + 3,
      ...(index === 0 ? { gateway } : {}),
    })),
    ...ports.map((iface, index) => ({
      iface,
      type: 'eth',
      active: 1,
      exists: 1,
      families: ['inet'],
      method: 'manual',
      method6: 'manual',
      priority: index + 3,
    })),
  ];
}

function describeBridge(bridge: SeedBridge) {
  const [address, netmask] = bridge.address?.split('/') ?? [];
  return {
    iface: bridge.name,
    type: 'bridge',
    active: 1,
    autostart: 1,
    bridge_fd: '0',
    bridge_ports: bridge.ports,
    bridge_stp: 'off',
    families: ['inet'],
    method: address === undefined ? 'manual' : 'static',
    method6: 'manual',
    ...(address === undefined ? {} : { address, netmask, cidr: bridge.address }),
    ...(bridge.vlanAware ? { bridge_vlan_aware: 1, bridge_vids: '2-4094' } : {}),
  };
}
