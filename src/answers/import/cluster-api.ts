import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { type Draft, leave } from './draft.ts';
import { type ClusterDraft, newCluster, newGroup } from './imported.ts';
import { problem } from './machine-deployment.ts';
import { leaveLabels, leaveScaling, takeScaling } from './machine-scaling.ts';
import type { Manifest } from './manifests.ts';
import { labelOf } from './names.ts';
import { mapping, takeMachine } from './proxmox-machine.ts';

/**
 * What a manifest becomes: a cluster with one group, a remark that says why there is none, or an error; and what
 * else was looked at for it.
 */
export type Made = { used?: Manifest | undefined } & (
  | { cluster: ClusterDraft }
  | { remark: string }
  /** Not of Proxmox: it is told beside others that are, and an error where there are none. */
  | { other: Issue }
  | { issue: Issue }
);

interface Context {
  manifests: readonly Manifest[];
  schema: z.ZodType;
}

/** Cluster API's MachineDeployment, with the ProxmoxMachineTemplate (ionos-cloud) that it names. */
export function clusterApiCluster(deployment: Manifest, context: Context): Made {
  const spec = mapping(deployment.value.spec);
  const machineTemplate = mapping(spec.template);
  const {
    infrastructureRef,
    bootstrap,
    version,
    clusterName: _name,
    minReadySeconds,
    ...others
  } = mapping(machineTemplate.spec);
  const clusterName = typeof spec.clusterName === 'string' ? spec.clusterName : '';
  const { strategy, ...rollout } = mapping(spec.rollout);
  return groupOf(deployment, context, {
    clusterName,
    infrastructureRef,
    // Since v1beta2 both stand elsewhere.
    scaling: { strategy: spec.strategy ?? strategy, spec: { minReadySeconds, ...spec } },
    known: ['clusterName', 'replicas', 'strategy', 'rollout', 'selector', 'template'],
    leave(group) {
      leave(
        group,
        { name: 'bootstrap', value: bootstrap },
        'what guests are made into stands in a Butane file here (butane:)',
      );
      leave(
        group,
        { name: 'version', value: version },
        'which Kubernetes is installed stands in a Butane file here',
      );
      const { labels, annotations } = mapping(machineTemplate.metadata);
      leaveLabels(group, 'template.labels', labels, mapping(spec.selector).matchLabels);
      leave(group, { name: 'template.annotations', value: annotations }, 'has no counterpart');
      for (const [name, value] of Object.entries({ ...rollout, ...others }))
        leave(group, { name, value }, 'has no counterpart');
    },
  });
}

/** KubeadmControlPlane and its like: the machines of the servers. Undefined where they are not of Proxmox. */
export function controlPlaneCluster(plane: Manifest, context: Context): Made | undefined {
  const spec = mapping(plane.value.spec);
  const template = mapping(spec.machineTemplate);
  // v1beta2, v1beta1, and what others than kubeadm's have.
  const places = [mapping(template.spec), template, spec];
  const own = places.find((place) => mapping(place.infrastructureRef).kind === 'ProxmoxMachineTemplate');
  if (!own) return undefined;
  const { infrastructureRef, metadata: _metadata, spec: _spec, ...others } = own === spec ? {} : own;
  const cluster = context.manifests.find(
    ({ kind, namespace, value }) =>
      kind === 'Cluster' &&
      namespace === plane.namespace &&
      mapping(mapping(value.spec).controlPlaneRef).name === plane.name,
  );
  const label = mapping(mapping(plane.value.metadata).labels)['cluster.x-k8s.io/cluster-name'];
  const clusterName =
    cluster?.name ?? (typeof label === 'string' ? label : plane.name.replace(/-(control-?plane|cp)$/, ''));
  const { strategy, ...rollout } = mapping(spec.rollout);
  const configs = Object.keys(spec).filter((name) => /config/i.test(name));
  return groupOf(plane, context, {
    clusterName,
    infrastructureRef: own.infrastructureRef,
    scaling: { strategy: spec.rolloutStrategy ?? strategy, spec },
    known: [
      'replicas',
      'rolloutStrategy',
      'rollout',
      'machineTemplate',
      'infrastructureRef',
      'version',
      ...configs,
    ],
    leave(group) {
      for (const name of configs)
        group.remarks.push(
          `${name}: is not copied; what guests are made into stands in a Butane file here, or preset: kubernetes`,
        );
      leave(
        group,
        { name: 'version', value: spec.version },
        'which Kubernetes is installed stands in a Butane file or preset_options here',
      );
      leaveLabels(group, 'machineTemplate.labels', mapping(template.metadata).labels);
      for (const [name, value] of Object.entries({ ...rollout, ...others }))
        leave(group, { name, value }, 'has no counterpart');
    },
  });
}

interface Machines {
  clusterName: string;
  infrastructureRef: unknown;
  scaling: { strategy: unknown; spec: Record<string, unknown> };
  /** Keys of the spec that are looked at here. */
  known: readonly string[];
  leave(group: Draft): void;
}

function groupOf(
  owner: Manifest,
  { manifests, schema }: Context,
  { clusterName, infrastructureRef, scaling, known, leave: leaveOthers }: Machines,
): Made {
  const ref = mapping(infrastructureRef);
  if (ref.kind !== 'ProxmoxMachineTemplate') {
    const message = `its machines come from ${ref.kind ?? 'nothing'}, not from a ProxmoxMachineTemplate`;
    return { other: problem(owner, message).issue };
  }
  const template = manifests.find(
    ({ kind, name, namespace }) =>
      kind === ref.kind && name === ref.name && namespace === (ref.namespace ?? owner.namespace),
  );
  if (!template) {
    return problem(owner, `the ProxmoxMachineTemplate ${ref.name} that it names is in none of the files`);
  }
  const { spec, strategy } = scaling;
  if (spec.replicas === 0) return { remark: leftOut(owner), used: template };

  const cluster = newCluster(schema);
  const group = newGroup(schema);
  cluster.groups.push(group);
  cluster.answers.name = labelOf(clusterName) || 'cluster';
  group.answers.name = groupName(owner.name, clusterName);
  const { file, line } = template.place;
  group.remarks.push(
    `${owner.kind} ${owner.name} (${owner.place.file}:${owner.place.line}), ProxmoxMachineTemplate ${template.name} (${file}:${line})`,
  );
  takeScaling({ cluster, group }, { spec, strategy });
  leaveScaling(group, { deployment: owner, spec, known });
  leaveOthers(group);
  takeMachine({ cluster, group }, mapping(mapping(mapping(template.value.spec).template).spec));
  return { cluster, used: template };
}

export function leftOut({ kind, name, place }: Manifest): string {
  return `${kind} ${name} (${place.file}:${place.line}): is left out, for its replicas are 0`;
}

/** `edge-md-0` of cluster edge is its group md-0: guests keep the beginning of their names. */
function groupName(name: string, cluster: string): string {
  const own = cluster !== '' && name.startsWith(`${cluster}-`) ? name.slice(cluster.length + 1) : name;
  return labelOf(own) || 'group';
}
