import { fieldOf, leave, take, takeTags } from './draft.ts';
import type { Evaluator, Instance } from './hcl/evaluate.ts';
import { placeOf, type Spot } from './hcl/syntax.ts';
import { type ClusterDraft, newCluster, newGroup } from './imported.ts';
import { splitName } from './names.ts';
import { isSecretName, Opaque } from './opaque.ts';
import { shown } from './shown.ts';
import type { TerraformContext } from './terraform.ts';
import { takeButane } from './terraform-butane.ts';
import { takeDevices } from './terraform-devices.ts';
import { whyWithout } from './terraform-variables.ts';

/** One call of the module, its arguments evaluated when they are asked for. */
export interface ModuleCall {
  /** Not there where the files are the module itself. */
  label: string | undefined;
  spot: Spot;
  /** What names of files in its arguments begin with. */
  folder: string;
  /** Which of several that its block makes. */
  instance: Instance | undefined;
  evaluator: Evaluator;
  /** Of all arguments that are given. */
  names: readonly string[];
  argument(name: string): unknown;
}

/** A cluster with one group, or the reason why there is none. */
export function clusterOfCall(
  call: ModuleCall,
  context: TerraformContext,
): { cluster?: ClusterDraft; remark?: string } {
  const { file, line } = placeOf(call.spot);
  const place = `${call.label === undefined ? 'arguments' : `module ${call.label}`} (${file}:${line})`;
  const count = numberOf(call.argument('vm_count'));
  if (count === 0) return { remark: `${place}: is left out, for its vm_count is 0` };
  const cluster = newCluster(context.clusters);
  const group = newGroup(context.clusters);
  cluster.groups.push(group);
  cluster.remarks.push(place);

  takeNames(cluster, { call, count });
  const argument = (name: string) => ({ name, value: call.argument(name) });
  takeTemplate(cluster, call);
  take(cluster, 'nodes', {
    ...argument('target_node'),
    value: listOf(call.argument('target_node')),
    instead: 'until then all nodes',
  });
  take(cluster, 'storage', argument('storage'));
  take(cluster, 'snippets', argument('cloud_init_storage'));
  take(cluster, 'pool', { name: 'pool', value: call.argument('pool') || undefined });
  takeVmid(cluster, call);
  take(cluster, 'clone', {
    name: 'full_clone',
    value: cloneOf(call.argument('full_clone')),
    instead: 'until then linked',
  });
  take(cluster, 'onboot', { name: 'onboot', value: booleanOf(call.argument('onboot')) });

  take(group, 'count', { name: 'vm_count', value: count });
  take(group, 'cores', { name: 'cores', value: numberOf(call.argument('cores')) });
  // The module's default, which is not ours.
  take(group, 'cpu', { name: 'cpu', value: call.argument('cpu') ?? 'host' });
  take(group, 'memory', { name: 'memory', value: numberOf(call.argument('memory')) });
  takeButane(group, { call, context });
  takeDevices({ cluster, group }, call);
  takeNotes(cluster, call);
  for (const name of call.names) {
    const why = whyWithout(name);
    if (why === undefined) continue;
    const value = isSecretName(name) ? new Opaque('secret', 'a secret') : call.argument(name);
    leave(cluster, { name, value }, why);
  }
  return { cluster };
}

/** Guests of the module are called `name`, or `name-1` and so on where they are several. */
function takeNames(cluster: ClusterDraft, { call, count }: { call: ModuleCall; count: unknown }): void {
  const value = call.argument('name') ?? 'Flatcar-Linux';
  const given = value instanceof Opaque ? (call.label ?? 'flatcar') : String(value);
  // Of several that one block makes, each is a group of one cluster.
  const names = splitName(given, call.label?.replace(/\[[^\]]*\]$/, '') ?? 'cluster');
  cluster.answers.name = names.cluster;
  for (const group of cluster.groups) group.answers.name = names.group;
  const ours = `${names.cluster}-${names.group}-1`;
  const theirs =
    value instanceof Opaque ? undefined : count === 1 || count === undefined ? given : `${given}-1`;
  if (theirs !== ours) {
    cluster.remarks.push(
      `name = ${shown(value)}: guests are called after cluster, group and number: ${ours}`,
    );
  }
}

function takeTemplate(cluster: ClusterDraft, call: ModuleCall): void {
  const given = call.argument('template_name');
  const value = given ?? 'flatcar_qemu';
  const name = given === undefined ? "template_name (the module's default)" : 'template_name';
  const [channel = 'stable'] = /alpha|beta|lts/.exec(String(value)) ?? [];
  const image = `flatcar-${channel}`;
  const instead = `image ${image} instead, whose template is made where it is not there`;
  if (!take(cluster, 'template', { name, value, instead })) cluster.answers.image = image;
}

function takeVmid(cluster: ClusterDraft, call: ModuleCall): void {
  const name = call.names.includes('vm_id') ? 'vm_id' : 'vmid';
  take(cluster, 'vmid', {
    name,
    value: numberOf(call.argument(name)),
    instead: 'until then the next free ids',
  });
}

/** `hook-script:` lines are how the module's hookscripts are named; here they have a key of their own. */
function takeNotes({ groups: [group] }: ClusterDraft, call: ModuleCall): void {
  if (!group) return;
  const value = call.argument('description');
  const tags = call.argument('tags');
  const list = typeof tags === 'string' ? tags.split(/[\s,;]+/) : tags;
  takeTags(group, list);
  if (typeof value !== 'string') {
    take(group, 'description', { name: 'description', value });
    return;
  }
  const scripts = [...value.matchAll(/^[ \t]*hook-script:[ \t]*(\S+)[ \t]*$/gm)].map(([, script]) => script);
  const known = fieldOf(group.schema, 'hookscripts') !== undefined && scripts.length > 0;
  if (known) take(group, 'hookscripts', { name: 'description', value: scripts });
  const text = known ? value.replaceAll(/^[ \t]*hook-script:.*\n?/gm, '') : value;
  take(group, 'description', { name: 'description', value: text.trim() || undefined });
}

function cloneOf(value: unknown): unknown {
  const full = booleanOf(value ?? true);
  return typeof full === 'boolean' ? (full ? 'full' : 'linked') : full;
}

function listOf(value: unknown): unknown {
  return value === undefined || value === null ? undefined : [value];
}

/** Terraform takes texts for numbers and booleans. */
export function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** As {@link numberOf}. */
export function booleanOf(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}
