import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { isMapping } from '../shape.ts';
import { type Draft, leave, take } from './draft.ts';
import { type ClusterDraft, newCluster, newGroup } from './imported.ts';
import { takeItems } from './items.ts';
import { problem } from './machine-deployment.ts';
import { leaveScaling, takeScaling } from './machine-scaling.ts';
import type { Manifest } from './manifests.ts';
import { labelOf } from './names.ts';
import { diskSizeOf } from './sizes.ts';

/** What a MachineDeployment becomes: a cluster with one group, a remark that says why there is none, or an error. */
export type Made = { cluster: ClusterDraft } | { remark: string } | { issue: Issue };

/** Cluster API's MachineDeployment, with the ProxmoxMachineTemplate (ionos-cloud) that it names. */
export function clusterApiCluster(
  deployment: Manifest,
  { manifests, schema }: { manifests: readonly Manifest[]; schema: z.ZodType },
): Made {
  const spec = mapping(deployment.value.spec);
  const machine = mapping(mapping(spec.template).spec);
  const ref = mapping(machine.infrastructureRef);
  if (ref.kind !== 'ProxmoxMachineTemplate') {
    return problem(
      deployment,
      `its machines come from ${ref.kind ?? 'nothing'}, not from a ProxmoxMachineTemplate`,
    );
  }
  const template = manifests.find(
    ({ kind, name, namespace }) =>
      kind === ref.kind && name === ref.name && namespace === (ref.namespace ?? deployment.namespace),
  );
  if (!template) {
    return problem(
      deployment,
      `the ProxmoxMachineTemplate ${ref.name} that it names is in none of the files`,
    );
  }
  if (spec.replicas === 0) return { remark: leftOut(deployment) };

  const cluster = newCluster(schema);
  const group = newGroup(schema);
  cluster.groups.push(group);
  const clusterName = typeof spec.clusterName === 'string' ? spec.clusterName : '';
  cluster.answers.name = labelOf(clusterName) || 'cluster';
  group.answers.name = groupName(deployment.name, clusterName);
  const { file, line } = template.place;
  group.remarks.push(
    `MachineDeployment ${deployment.name} (${deployment.place.file}:${deployment.place.line}), ProxmoxMachineTemplate ${template.name} (${file}:${line})`,
  );
  takeScaling({ cluster, group }, { spec, strategy: spec.strategy });
  leaveScaling(group, { spec, known: ['clusterName', 'replicas', 'strategy', 'selector', 'template'] });
  leave(
    group,
    { name: 'bootstrap', value: machine.bootstrap },
    'what guests are made into stands in a Butane file here (butane:)',
  );
  leave(
    group,
    { name: 'version', value: machine.version },
    'which Kubernetes is installed stands in a Butane file here',
  );
  takeMachine({ cluster, group }, mapping(mapping(mapping(template.value.spec).template).spec));
  return { cluster };
}

export function leftOut({ name, place }: Manifest): string {
  return `MachineDeployment ${name} (${place.file}:${place.line}): is left out, for its replicas are 0`;
}

/** `edge-md-0` of cluster edge is its group md-0: guests keep the beginning of their names. */
function groupName(name: string, cluster: string): string {
  const own = cluster !== '' && name.startsWith(`${cluster}-`) ? name.slice(cluster.length + 1) : name;
  return labelOf(own) || 'group';
}

/** Keys of the provider's v1alpha1. */
function takeMachine(
  { cluster, group }: { cluster: ClusterDraft; group: Draft },
  spec: Record<string, unknown>,
) {
  const {
    sourceNode,
    templateID,
    templateSelector,
    numSockets,
    numCores,
    memoryMiB,
    disks,
    format,
    full,
    storage,
    pool,
    tags,
    allowedNodes,
    vmIDRange,
    network,
    description,
    ...others
  } = spec;
  const nodes = Array.isArray(allowedNodes) && allowedNodes.length > 0 ? allowedNodes : undefined;
  const source = sourceNode === undefined ? undefined : [sourceNode];
  if (nodes)
    leave(
      cluster,
      { name: 'sourceNode', value: sourceNode },
      'the template is found on whatever node it is on',
    );
  take(
    cluster,
    'nodes',
    nodes ? { name: 'allowedNodes', value: nodes } : { name: 'sourceNode', value: source },
  );
  const template = templateID === undefined ? undefined : String(templateID);
  if (!take(cluster, 'template', { name: 'templateID', value: template })) {
    cluster.answers.image = 'flatcar-stable';
    leave(
      cluster,
      { name: 'templateSelector', value: templateSelector },
      'name a template:, or let image: be made',
    );
  }
  take(cluster, 'storage', { name: 'storage', value: storage });
  take(cluster, 'pool', { name: 'pool', value: pool });
  take(cluster, 'clone', { name: 'full', value: full === false ? 'linked' : 'full' });
  leave(cluster, { name: 'format', value: format }, 'disks have the format of their storage');
  const { start, end } = mapping(vmIDRange);
  take(cluster, 'vmid', { name: 'vmIDRange.start', value: start });
  leave(cluster, { name: 'vmIDRange.end', value: end }, 'ids go on from vmid, as many as there are guests');

  take(group, 'sockets', { name: 'numSockets', value: numSockets });
  take(group, 'cores', { name: 'numCores', value: numCores });
  take(group, 'memory', { name: 'memoryMiB', value: memoryMiB });
  take(group, 'tags', { name: 'tags', value: tags });
  take(group, 'description', { name: 'description', value: description });
  const { bootVolume, ...volumes } = mapping(disks);
  take(group, 'disk', { name: 'disks.bootVolume.sizeGb', value: diskSizeOf(mapping(bootVolume).sizeGb) });
  leave(group, { name: 'disks', value: someOf(volumes) }, 'guests have one disk here, that of the template');
  takeNetworks(group, mapping(network));
  for (const [key, value] of Object.entries(others)) leave(group, { name: key, value }, 'has no counterpart');
}

function takeNetworks(
  group: Draft,
  { default: first, additionalDevices, ...others }: Record<string, unknown>,
) {
  const more = Array.isArray(additionalDevices) ? additionalDevices : [];
  const cards = [...(isMapping(first) ? [first] : []), ...more];
  if (cards.length > 0) {
    takeItems(group, 'networks', {
      name: 'network',
      value: cards,
      fields: { bridge: 'bridge', model: 'model', vlan: 'tag', mtu: 'mtu', dnsServers: 'dns' },
      defaults: { bridge: 'vmbr0' },
      without: {
        name: 'cards are named by the guest',
        ipv4PoolRef: POOLS,
        ipv6PoolRef: POOLS,
        ipPoolConfig: POOLS,
      },
    });
  }
  leave(group, { name: 'network', value: someOf(others) }, 'routes and the like belong to the Butane file');
}

const POOLS = 'addresses come by dhcp, or count up from ip:';

export function mapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}

export function someOf(value: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
