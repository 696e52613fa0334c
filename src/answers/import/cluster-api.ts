import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { leave } from './draft.ts';
import { type ClusterDraft, newCluster, newGroup } from './imported.ts';
import { problem } from './machine-deployment.ts';
import { leaveScaling, takeScaling } from './machine-scaling.ts';
import type { Manifest } from './manifests.ts';
import { labelOf } from './names.ts';
import { mapping, takeMachine } from './proxmox-machine.ts';

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
