import { describe, expect, test } from 'vitest';
import { attachmentOf, type BridgeState, isFirewallBridge } from '../../src/kea/attachment.ts';

const plain: BridgeState = { kind: 'linux', vlanFiltering: false };
const aware: BridgeState = { kind: 'linux', vlanFiltering: true };
const ovs: BridgeState = { kind: 'ovs', vlanFiltering: false };
const none: BridgeState = { kind: undefined, vlanFiltering: false };

/** The commands as a person would type them. */
function commands(vlan: number | null, bridges: Record<string, BridgeState>): string[] {
  const attachment = attachmentOf(
    { bridge: 'vmbr0', vlan },
    { port: 'pwk1', look: (name) => bridges[name] ?? none },
  );
  return 'waiting' in attachment
    ? [`waits: ${attachment.waiting}`]
    : attachment.commands.map((argv) => argv.join(' '));
}

describe('how a port joins a network', () => {
  test('untagged: a port of the bridge, aware of VLANs or not', () => {
    expect(commands(null, { vmbr0: plain })).toEqual(['ip link set dev pwk1 master vmbr0']);
    expect(commands(null, { vmbr0: aware })).toEqual(['ip link set dev pwk1 master vmbr0']);
  });

  test('tagged on a VLAN-aware bridge: the tag becomes the port’s only VLAN', () => {
    expect(commands(20, { vmbr0: aware })).toEqual([
      'ip link set dev pwk1 master vmbr0',
      'bridge vlan del vid 1 dev pwk1',
      'bridge vlan add vid 20 dev pwk1 pvid untagged',
    ]);
  });

  test('tagged on another bridge: the bridge that Proxmox VE makes for the tag', () => {
    expect(commands(20, { vmbr0: plain, vmbr0v20: plain })).toEqual(['ip link set dev pwk1 master vmbr0v20']);
    expect(commands(20, { vmbr0: plain })).toEqual([
      'waits: vmbr0v20 does not exist yet; it comes with the first guest that runs with tag 20 on vmbr0',
    ]);
  });

  test('Open vSwitch: a port with the tag', () => {
    const add = 'ovs-vsctl -- --if-exists del-port pwk1 -- add-port vmbr0 pwk1';
    expect(commands(null, { vmbr0: ovs })).toEqual([add]);
    expect(commands(20, { vmbr0: ovs })).toEqual([`${add} tag=20`]);
  });

  test('no bridge: nothing to do yet', () => {
    expect(commands(null, {})).toEqual(['waits: there is no bridge vmbr0']);
    expect(commands(20, {})).toEqual(['waits: there is no bridge vmbr0']);
  });

  test('a firewall bridge, behind which frames have no tag: a port of it, while its guest runs', () => {
    const network = { bridge: 'fwbr101i0', vlan: null };
    const joined = (there: BridgeState) => attachmentOf(network, { port: 'pwk1', look: () => there });
    expect(joined(plain)).toMatchObject({
      commands: [['ip', 'link', 'set', 'dev', 'pwk1', 'master', 'fwbr101i0']],
    });
    expect(joined(none)).toEqual({ waiting: 'there is no bridge fwbr101i0' });
    expect([network, { bridge: 'vmbr0', vlan: null }].map(isFirewallBridge)).toEqual([true, false]);
  });
});
