import { join } from 'node:path';
import { type Clock, Pace } from './clock.ts';
import type { AddedProgram } from './host/result.ts';
import type { Mirror } from './mirror/mirror.ts';
import { Conditions } from './state/conditions.ts';
import { Containers } from './state/containers.ts';
import { Guests } from './state/guests.ts';
import { KeyValueFile } from './state/key-value.ts';
import { Locks } from './state/locks.ts';
import { type ClusterFacts, Nodes } from './state/nodes.ts';
import { Running } from './state/running.ts';
import { Secrets } from './state/secrets.ts';
import { SectionFile } from './state/section-config.ts';
import { Storages } from './state/storages.ts';
import { Tasks } from './state/tasks.ts';
import { UserFile } from './state/user-cfg.ts';
import { Volumes } from './state/volumes.ts';

/** The simulated cluster: all its state, each part with the files that it owns. */
export interface World {
  readonly stateDir: string;
  readonly pace: Pace;
  readonly nodes: Nodes;
  readonly guests: Guests;
  readonly running: Running;
  readonly containers: Containers;
  readonly volumes: Volumes;
  readonly storages: Storages;
  readonly tasks: Tasks;
  readonly locks: Locks;
  readonly secrets: Secrets;
  readonly users: UserFile;
  /** mapping/directory.cfg */
  readonly mappings: SectionFile;
  readonly haResources: SectionFile;
  readonly haRules: SectionFile;
  readonly haGroups: SectionFile;
  /** datacenter.cfg */
  readonly options: KeyValueFile;
  readonly mirror: Mirror;
  /** What is not as on a healthy node. */
  readonly conditions: Conditions;
  /** Programs that the nodes have beside their own. */
  readonly added: Readonly<Record<string, AddedProgram>>;
  /** The node whose pveproxy the caller talks to. */
  readonly self: string;
  /** SHA-256 of the certificate, with colons. */
  readonly fingerprint: string;
}

/** Reads a state folder that was seeded; nothing is written. */
export function openWorld(
  stateDir: string,
  options: {
    clock: Clock;
    speed: number;
    stop: AbortSignal;
    facts: ClusterFacts;
    mirror: Mirror;
    fingerprint: string;
    added?: Readonly<Record<string, AddedProgram>>;
  },
): World {
  const pace = new Pace(options.clock, { speed: options.speed, stop: options.stop });
  const nodes = new Nodes(options.facts);
  const pmxcfs = join(stateDir, 'etc', 'pve');
  return {
    stateDir,
    pace,
    nodes,
    guests: new Guests(pmxcfs, nodes.names),
    running: new Running(stateDir, nodes.names),
    containers: new Containers(stateDir, nodes.names),
    volumes: new Volumes(stateDir),
    storages: new Storages(stateDir, options.facts),
    tasks: new Tasks(stateDir, pace),
    locks: new Locks(pace),
    secrets: new Secrets(stateDir),
    users: new UserFile(stateDir),
    mappings: new SectionFile(join(pmxcfs, 'mapping', 'directory.cfg')),
    haResources: new SectionFile(join(pmxcfs, 'ha', 'resources.cfg')),
    haRules: new SectionFile(join(pmxcfs, 'ha', 'rules.cfg')),
    haGroups: new SectionFile(join(pmxcfs, 'ha', 'groups.cfg')),
    options: new KeyValueFile(join(pmxcfs, 'datacenter.cfg')),
    mirror: options.mirror,
    conditions: new Conditions(stateDir),
    added: options.added ?? {},
    self: nodes.names[0] ?? 'pve',
    fingerprint: options.fingerprint,
  };
}

/** Takes away what was under way when an earlier sandbox was killed: half guests and their disks. */
export function recoverWorld(world: World): void {
  world.tasks.recover(world.nodes.names, (vmid) => {
    const node = world.guests.nodeOf(vmid);
    if (node === undefined) return;
    for (const storage of world.storages.ofNode(node)) {
      for (const volume of world.volumes.of(storage, node, vmid)) {
        world.volumes.delete(storage, node, volume.volid);
      }
    }
    world.guests.delete(vmid);
  });
}
