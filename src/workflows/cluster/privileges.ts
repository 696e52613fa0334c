import type { Facts } from '../../facts/facts.ts';
import type { Finding, Step, StepValue } from '../../plan/step.ts';
import { type MapDirectoryArgs, mapDirectory } from '../../steps/map-directory.ts';
import type { ClusterAnswers } from './answers.ts';
import type { PlacedGuest } from './guests/placement.ts';
import type { TemplateSource } from './templates/templates.ts';

interface Need {
  /** Access path, `/vms/9101`. */
  path: string;
  privilege: string;
  why: string;
}

/** Privileges that the run needs and the user lacks, each once, with its path. Root lacks none. */
export function checkPrivileges(
  answers: ClusterAnswers,
  {
    facts,
    guests,
    sources,
    newPool,
  }: {
    facts: Facts;
    guests: readonly PlacedGuest[];
    sources: ReadonlyMap<string, TemplateSource>;
    newPool: boolean;
  },
): Finding[] {
  if (facts.access.root) return [];
  return lacking(needsOf(answers, { facts, guests, sources, newPool }), facts);
}

/** What a plan's own steps need of storages and nodes. */
export function checkStepPrivileges(steps: readonly Step[], facts: Facts): Finding[] {
  if (facts.access.root) return [];
  const needs = steps.flatMap((step): Need[] => {
    const args = step.args as Readonly<Record<string, StepValue>>;
    const storage = `/storage/${String(args.storage)}`;
    const why = step.title;
    switch (step.verb) {
      case 'download-image':
        return [
          { path: storage, privilege: 'Datastore.AllocateTemplate', why },
          { path: `/nodes/${String(args.node)}`, privilege: 'Sys.AccessNetwork', why },
        ];
      case 'set-storage-content':
        return [{ path: storage, privilege: 'Datastore.Allocate', why }];
      case 'create-template': {
        const disks = /^([^:]+):/.exec(String((args.config as Record<string, StepValue>).scsi0))?.[1];
        return [{ path: `/storage/${disks}`, privilege: 'Datastore.AllocateSpace', why }];
      }
      case 'clone-guest':
        return args.storage ? [{ path: storage, privilege: 'Datastore.AllocateSpace', why }] : [];
      case 'stop-guest':
      case 'destroy-guest': {
        const path = `/vms/${(args.guest as { vmid: number }).vmid}`;
        const privileges = ['VM.PowerMgmt', ...(step.verb === 'destroy-guest' ? ['VM.Allocate'] : [])];
        return privileges.map((privilege) => ({ path, privilege, why }));
      }
      case 'unmap-directory':
        return [{ path: '/mapping/dir', privilege: 'Mapping.Modify', why }];
      case 'fetch-kubeconfig': {
        const fine = Number.parseInt(facts.version.release, 10) >= 9;
        const privilege = fine ? 'VM.GuestAgent.FileRead' : 'VM.Monitor';
        const guests = args.guests as readonly { vmid: number }[];
        return guests.map(({ vmid }) => ({ path: `/vms/${vmid}`, privilege, why }));
      }
      case 'add-ha-resource':
      case 'remove-ha-resource':
      case 'write-ha-rule':
      case 'write-ha-group':
        return [{ path: '/', privilege: 'Sys.Console', why: 'change what is under HA' }];
      case 'map-directory':
        return mappingNeeds(args as MapDirectoryArgs, facts, why);
      default:
        return [];
    }
  });
  return lacking(needs, facts);
}

/** A new mapping takes the right to all of them; whoever gives it to a guest needs to use it. */
function mappingNeeds(args: MapDirectoryArgs, facts: Facts, why: string): Need[] {
  const path = `/mapping/dir/${args.id}`;
  const there = facts.mappings.some((mapping) => mapping.id === args.id);
  const modify = { path: there ? path : '/mapping/dir', privilege: 'Mapping.Modify', why };
  const use = { path, privilege: 'Mapping.Use', why: `share ${args.id} with guests` };
  return mapDirectory.check(args, facts).needed ? [modify, use] : [use];
}

function lacking(needs: readonly Need[], facts: Facts): Finding[] {
  const missing = new Map<string, Need>();
  for (const need of needs) {
    if (!holds(facts.access.privileges, need)) missing.set(`${need.privilege} ${collapse(need.path)}`, need);
  }
  return [...missing.values()].map(({ path, privilege, why }) => ({
    severity: 'error' as const,
    message: `${facts.access.user} lacks ${privilege} on ${path}, needed to ${why}`,
    fix: `pveum acl modify ${collapse(path)} --tokens '${facts.access.user}' --roles <a role with ${privilege}>`,
  }));
}

function needsOf(
  answers: ClusterAnswers,
  { facts, guests, sources, newPool }: Parameters<typeof checkPrivileges>[1],
): Need[] {
  const needs: Need[] = [];
  const add = (path: string, privileges: readonly string[], why: string): void => {
    for (const privilege of privileges) needs.push({ path, privilege, why });
  };
  // 9 has finer privileges for the guest agent in place of VM.Monitor (facts: pve.md, Privileges).
  const agent = Number.parseInt(facts.version.release, 10) >= 9 ? 'VM.GuestAgent.Audit' : 'VM.Monitor';
  if (guests.some(({ existing }) => existing && existing.pool !== answers.pool) && answers.pool)
    add(`/pool/${answers.pool}`, ['Pool.Allocate'], `put guests into pool ${answers.pool}`);
  if (newPool) add(`/pool/${answers.pool}`, ['Pool.Allocate'], `make pool ${answers.pool}`);
  for (const { ref, step } of sources.values()) {
    if (step)
      add(
        `/vms/${ref.vmid}`,
        ['VM.Allocate', 'VM.Config.Disk', 'VM.Config.Options'],
        `make template ${ref.name}`,
      );
    else add(`/vms/${ref.vmid}`, ['VM.Clone'], `clone template ${ref.name}`);
  }
  for (const guest of guests) {
    const path = `/vms/${guest.vmid}`;
    if (!guest.existing)
      add(answers.pool ? `/pool/${answers.pool}` : path, ['VM.Allocate'], `make ${guest.name}`);
    const config = ['CPU', 'Memory', 'Network', 'Options', 'Cloudinit'].map((kind) => `VM.Config.${kind}`);
    add(path, config, `configure ${guest.name}`);
    add(path, ['VM.Config.Disk'], `grow the disk of ${guest.name}`);
    if (answers.start) add(path, ['VM.PowerMgmt'], `start ${guest.name}`);
    if (answers.start && answers.wait.address) add(path, [agent], `ask ${guest.name} for its address`);
    for (const { network } of guest.nics) {
      const zone = `/sdn/zones/localnetwork/${network.bridge}${network.tag ? `/${network.tag}` : ''}`;
      add(zone, ['SDN.Use'], `put ${guest.name} on ${network.bridge}`);
    }
  }
  return needs;
}

/** A privilege counts on its path, and from the nearest path above for which the answer says anything. */
function holds(privileges: Facts['access']['privileges'], { path, privilege }: Need): boolean {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const held = privileges[at];
    if (held) return held.includes(privilege);
    if (at === '/') return false;
  }
}

/** A hundred guests lack the same thing: said once, for the folder that holds them. */
function collapse(path: string): string {
  return path.startsWith('/vms/') ? '/vms' : path;
}
