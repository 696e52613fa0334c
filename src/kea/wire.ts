import { existsSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { basename } from 'node:path';
import { CommandError } from '../errors.ts';
import { type Attachment, attachmentOf, type BridgeState } from './attachment.ts';
import type { Commands, Ran } from './commands.ts';
import { INSIDE, type NetworkNames } from './place.ts';
import { readOrNothing } from './tree.ts';

/** The namespace of one network, and the veth that leads from it to the bridge. */
export interface Wire {
  /** Makes what is missing. True: the veth is new, so a Kea that listened on an old one is deaf. Throws CommandError. */
  build(): Promise<boolean>;
  /** Joins the bridge, if it exists and the port is not on it. Returns why it has to wait, or undefined. */
  attach(): Promise<string | undefined>;
  /** What `attach` would wait for, without doing anything. */
  waitsFor(): string | undefined;
  /** Something that needs the wire failed: the next `build` sets everything anew. */
  mistrust(): void;
  remove(): Promise<void>;
}

export function wireOf(
  network: { bridge: string; vlan: number | null },
  { names, commands }: { names: NetworkNames; commands: Commands },
): Wire {
  const { namespace, port, addresses } = names;
  /** How the port was joined last, since VLAN settings of a port cannot be seen in /sys. */
  let joined = '';
  /** An agent killed at the wrong moment may have left a veth without addresses. */
  let prepared = false;
  const look = (bridge: string): BridgeState => bridgeState(bridge);
  const run = async (argv: string[], input?: string): Promise<void> =>
    check(await commands.run(argv, input === undefined ? {} : { input }), argv);

  async function build(): Promise<boolean> {
    const haveNamespace = isNamespace(`/run/netns/${namespace}`);
    const havePort = existsSync(`/sys/class/net/${port}`);
    const complete = haveNamespace && havePort;
    if (complete && prepared && isUp(port)) return false;
    if (!complete) {
      joined = '';
      if (havePort) await run(['ip', 'link', 'del', 'dev', port]);
      if (!haveNamespace) {
        // A name alone is left where /run outlived the mounts in it: a container that was started again.
        if (existsSync(`/run/netns/${namespace}`)) await commands.run(['ip', 'netns', 'del', namespace]);
        await run(['ip', 'netns', 'add', namespace]);
      }
      await run(['ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', INSIDE, 'netns', namespace]);
    }
    await run(
      ['ip', '-netns', namespace, '-batch', '-'],
      [
        `addr replace ${addresses.a}/32 dev ${INSIDE}`,
        `addr replace ${addresses.b}/32 dev ${INSIDE}`,
        'link set lo up',
        '',
      ].join('\n'),
    );
    // The node itself has nothing to say on this veth; a kernel without IPv6 has nothing to switch off.
    await commands.run(['ip', 'link', 'set', 'dev', port, 'addrgenmode', 'none']);
    await commands.run(['ip', '-netns', namespace, 'link', 'set', 'dev', INSIDE, 'addrgenmode', 'none']);
    await run(['ip', '-netns', namespace, 'link', 'set', 'dev', INSIDE, 'up']);
    await run(['ip', 'link', 'set', 'dev', port, 'up']);
    // For the probe that looks for other servers: any answer's source is reachable, broadcasts have a way.
    await run(['ip', '-netns', namespace, 'route', 'replace', 'default', 'dev', INSIDE]);
    prepared = true;
    return !complete;
  }

  async function attach(): Promise<string | undefined> {
    const attachment = attachmentOf(network, { port, look });
    if ('waiting' in attachment) {
      joined = '';
      return attachment.waiting;
    }
    const wanted = `${attachment.bridge} ${attachment.mode}`;
    if (joined === wanted && isOn(port, attachment)) return undefined;
    for (const argv of attachment.commands) {
      const ran = await commands.run(argv);
      // Without vid 1 on the port there is nothing to delete.
      if (argv[2] !== 'del') check(ran, argv);
    }
    joined = wanted;
    return undefined;
  }

  return {
    build,
    attach,
    waitsFor() {
      const attachment = attachmentOf(network, { port, look });
      return 'waiting' in attachment ? attachment.waiting : undefined;
    },
    mistrust() {
      prepared = false;
    },
    remove: () => removeWire(network, { names, commands }),
  };
}

export async function removeWire(
  { bridge }: { bridge: string },
  {
    names: { namespace, port },
    commands,
  }: { names: Pick<NetworkNames, 'namespace' | 'port'>; commands: Commands },
): Promise<void> {
  if (bridgeState(bridge).kind === 'ovs') {
    await commands.run(['ovs-vsctl', '--if-exists', 'del-port', port]);
  }
  if (existsSync(`/sys/class/net/${port}`)) await commands.run(['ip', 'link', 'del', 'dev', port]);
  if (existsSync(`/run/netns/${namespace}`)) await commands.run(['ip', 'netns', 'del', namespace]);
}

/** An interface that is no Linux bridge, but stands in a guest's configuration as one, is Open vSwitch's. */
function bridgeState(bridge: string): BridgeState {
  const folder = `/sys/class/net/${bridge}`;
  try {
    const vlanFiltering = readFileSync(`${folder}/bridge/vlan_filtering`, 'latin1').trim() === '1';
    return { kind: 'linux', vlanFiltering };
  } catch {
    // A kernel without VLAN filtering has no such file.
    if (existsSync(`${folder}/bridge`)) return { kind: 'linux', vlanFiltering: false };
    // The device of its kernel module stands beside its bridges, in whichever container this runs.
    const ovs = existsSync('/sys/class/net/ovs-system') && existsSync(folder);
    return { kind: ovs ? 'ovs' : undefined, vlanFiltering: false };
  }
}

/** NSFS_MAGIC of linux/magic.h: a namespace is mounted there. */
const NSFS = 0x6e736673;

function isNamespace(path: string): boolean {
  try {
    return statfsSync(path).type === NSFS;
  } catch {
    return false;
  }
}

/** Up at both of its ends. */
function isUp(port: string): boolean {
  return readOrNothing(`/sys/class/net/${port}/carrier`).trim() === '1';
}

function isOn(port: string, { bridge, mode }: Exclude<Attachment, { waiting: string }>): boolean {
  try {
    const master = basename(readlinkSync(`/sys/class/net/${port}/master`));
    return mode.startsWith('ovs:') ? master === 'ovs-system' : master === bridge;
  } catch {
    return false;
  }
}

function check({ code, stderr }: Ran, argv: string[]): void {
  if (code === 0) return;
  throw new CommandError(`${argv.join(' ')} failed: ${stderr.trim() || `exit code ${code}`}`, argv, stderr, {
    ...(code === 127 ? { fix: `install what brings "${argv[0]}" (iproute2, openvswitch-switch)` } : {}),
  });
}
