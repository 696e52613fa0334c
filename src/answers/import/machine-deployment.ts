import type { Issue } from '../../errors.ts';
import { clusterApiCluster, controlPlaneCluster, type Made } from './cluster-api.ts';
import { type ImportResult, MOST_CLUSTERS, type Source, settle } from './imported.ts';
import { kubermaticCluster } from './kubermatic.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { joinClusters } from './names.ts';

/** MachineDeployments of Kubermatic's machine-controller and of Cluster API, and its control planes, become groups. */
export function importMachineDeployments({ files, clusters: schema }: Source): ImportResult {
  const { manifests, issues } = readManifests(files);
  if (issues.length > 0) return { issues };
  const read = (manifest: Manifest): Made | undefined => {
    const [group = ''] = manifest.apiVersion.split('/');
    if (manifest.kind.endsWith('ControlPlane')) return controlPlaneCluster(manifest, { manifests, schema });
    if (manifest.kind !== 'MachineDeployment') return undefined;
    if (group === 'cluster.k8s.io') return kubermaticCluster(manifest, schema);
    if (group === 'cluster.x-k8s.io') return clusterApiCluster(manifest, { manifests, schema });
    const known = 'cluster.k8s.io (Kubermatic) and cluster.x-k8s.io (Cluster API) are known';
    return { other: problem(manifest, `is a MachineDeployment of ${manifest.apiVersion}; ${known}`).issue };
  };
  const readOnes = manifests.flatMap((manifest) => {
    const made = read(manifest);
    return made ? [{ manifest, made }] : [];
  });
  const [first] = readOnes;
  if (!first) return { issues: [nothing(manifests, files)] };
  const over = readOnes[MOST_CLUSTERS]?.manifest;
  if (over) return { issues: [problem(over, `is one more than the ${MOST_CLUSTERS} that are read`).issue] };

  const made = readOnes.map((each) => each.made);
  if (made.some((each) => 'issue' in each)) {
    return {
      issues: made.flatMap((each) => ('issue' in each ? each.issue : 'other' in each ? each.other : [])),
    };
  }
  const remarks = made.flatMap((each) => ('remark' in each ? each.remark : []));
  const foreign = readOnes.flatMap(({ manifest, made: each }) =>
    'other' in each ? { manifest, issue: each.other } : [],
  );
  const some = made.flatMap((each) => ('cluster' in each ? each.cluster : []));
  if (some.length === 0) {
    const leftOut = remarks.length > 0 ? [problem(first.manifest, remarks.join('; ')).issue] : [];
    return { issues: [...foreign.map(({ issue }) => issue), ...leftOut] };
  }
  remarks.push(
    ...foreign.map(
      ({ manifest: { kind, name, place }, issue }) =>
        `${kind} ${name} (${place.file}:${place.line}): is not imported: ${issue.message}`,
    ),
  );

  const clusters = joinClusters(some);
  clusters.forEach(settle);
  const used = new Set(
    readOnes.flatMap(({ manifest, made: { used } }) => [manifest, ...(used ? [used] : [])]),
  );
  const others = manifests
    .filter((manifest) => !used.has(manifest))
    .slice(0, MOST_CLUSTERS)
    .map(({ kind, name, place }) => `${kind} ${name} (${place.file}:${place.line}): is not imported`);
  return {
    imported: {
      from: `Kubernetes manifests, ${files.map(({ name }) => name).join(', ')}`,
      target: [],
      clusters,
      remarks: [...remarks, ...others],
    },
  };
}

export function problem({ place }: Manifest, message: string): { issue: Issue } {
  return { issue: { message, severity: 'error', ...place } };
}

function nothing(manifests: readonly Manifest[], files: Source['files']): Issue {
  const kinds = [...new Set(manifests.map(({ kind }) => kind))];
  return {
    message: `there is no MachineDeployment in ${files.map(({ name }) => name).join(', ')}, only ${kinds.join(', ')}`,
    severity: 'error',
  };
}
