import { statSync } from 'node:fs';
import path from 'node:path';
import { attachmentOf, type BridgeState } from '../../kea/attachment.ts';
import {
  type Network,
  networkKey,
  networksOf,
  quietSurroundings,
  type Reservation,
} from '../../kea/networks.ts';
import { debianFolders, namesOf } from '../../kea/place.ts';
import { placeFindings } from '../../kea/place-findings.ts';
import { readGuest } from '../../kea/render-tree.ts';
import { signatureOf } from '../../kea/signature.ts';
import type { GuestStatus, KeaStatus, NetworkStatus } from '../../kea/status.ts';
import { listConfs, readFirewalledDhcp, readSdnDhcp } from '../../kea/tree.ts';
import { hostPath } from '../../sandbox/host/paths.ts';
import { unitState } from '../../sandbox/host/systemctl.ts';
import type { World } from '../../sandbox/world.ts';

const UNIT = 'proxwright-kea.service';
/** Seconds: Kea's leases here, and when clients renew them (RFC 2131, section 4.4.5). */
const LIFETIME = 3600;
const RENEWAL = LIFETIME / 2;
/** Numbers of processes that no pretend guest has. */
const PRETEND_PID = 700;

/** Whether the agent was installed on a pretend node: whether its unit is there, and runs. */
export function agentOn(world: World, node: string): { installed: boolean; runs: boolean } {
  const { load, active } = unitState(world, node, UNIT);
  return { installed: load !== 'not-found', runs: active === 'active' };
}

/**
 * What a real agent would say of a pretend node: networks, reservations and findings are worked out from its guests'
 * files by the agent's own code. Nothing is served, so leases are those of running guests that ask as they start,
 * and renew in time. The version says that it is simulated.
 */
export function pretendKeaStatus(world: World, node: string): KeaStatus {
  const pve = path.join(world.stateDir, 'etc', 'pve');
  const now = Math.floor(world.pace.clock.now() / 1000);
  const guests = listConfs(path.join(pve, 'nodes', node)).map(readGuest);
  const running = new Set(guests.map(({ vmid }) => vmid).filter((vmid) => world.running.get(vmid)));
  const around = {
    ...quietSurroundings,
    running,
    firewalledDhcp: readFirewalledDhcp(pve),
    sdnDhcp: readSdnDhcp(pve),
  };
  const { networks, findings } = networksOf(guests, around);
  const since = Math.min(now, beginOf(world, node));
  return {
    version: 1,
    agent: { pid: PRETEND_PID, node, since, pve: '/etc/pve', pollSeconds: 60 },
    kea: { version: 'simulated' },
    problems: [],
    networks: networks.map((network, index) => networkStatus(network, { world, node, index, since, now })),
    findings: placeFindings(findings, { guests, around }),
  };
}

interface Circumstances {
  world: World;
  node: string;
  index: number;
  since: number;
  now: number;
}

function networkStatus(network: Network, around: Circumstances): NetworkStatus {
  const { world, node, index, since, now } = around;
  const names = namesOf(network, { run: debianFolders.run, node });
  const attachment = attachmentOf(network, {
    port: names.port,
    look: (bridge) => bridgeState(bridge, network, around),
  });
  const waiting = 'waiting' in attachment ? attachment.waiting : undefined;
  const guests = network.reservations.map((reservation) => guestStatus(reservation, around));
  const minute = Math.floor(now / 60);
  const starts = network.reservations.flatMap(({ vmid }) => world.running.get(vmid)?.since ?? []);
  const minutes = starts.map((start) => Math.floor(start / 60_000));
  return {
    bridge: network.bridge,
    vlan: network.vlan,
    state: waiting === undefined ? 'serving' : 'waiting',
    detail: waiting,
    namespace: names.namespace,
    port: names.port,
    generation:
      waiting === undefined
        ? { number: 1, slot: 'a', pid: PRETEND_PID + 1 + index, since, signature: signatureOf(network) }
        : undefined,
    restarts: 0,
    offers: Array.from(
      { length: 60 },
      (_, at) => minutes.filter((one) => one === minute - 59 + at && one * 60 >= since - 60).length,
    ),
    otherServers: [],
    guests,
  };
}

/** A guest asks when it starts, or once the agent is there, and renews at half of its lease's time. */
function guestStatus(
  { vmid, nic, mac, address, hostname }: Reservation,
  { world, since, now }: Circumstances,
): GuestStatus {
  const known = { vmid, nic, mac, address, hostname };
  const run = world.running.get(vmid);
  if (!run) return { ...known, lease: 'none', expires: undefined };
  const asked = Math.max(since, Math.floor(run.since / 1000));
  const renewed = asked + Math.floor(Math.max(0, now - asked) / RENEWAL) * RENEWAL;
  return { ...known, lease: 'active', expires: renewed + LIFETIME };
}

/** The bridges that a node was seeded with; those that Proxmox VE makes for a guest are there while one runs. */
function bridgeState(bridge: string, network: Network, { world, node }: Circumstances): BridgeState {
  const seeded = world.nodes.get(node).bridges.find(({ name }) => name === bridge);
  if (seeded) return { kind: 'linux', vlanFiltering: seeded.vlanAware };
  const made = bridge === networkKey(network).replace('.', 'v') || /^fwbr\d+i\d+$/.test(bridge);
  const runs = network.reservations.some(({ vmid }) => world.running.get(vmid) !== undefined);
  return { kind: made && runs ? 'linux' : undefined, vlanFiltering: false };
}

/** When the agent was installed: the time of its unit's file, in seconds. */
function beginOf(world: World, node: string): number {
  const file = hostPath(world, node, `/etc/systemd/system/${UNIT}`);
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return Math.floor((made ?? world.nodes.facts.since) / 1000);
}
