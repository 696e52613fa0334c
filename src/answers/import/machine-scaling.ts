import { isMapping } from '../shape.ts';
import { type Draft, leave, take } from './draft.ts';
import type { Manifest } from './manifests.ts';
import { shown } from './shown.ts';

/** How many machines there are, and how they are replaced: the same keys in both kinds of MachineDeployment. */
export function takeScaling(
  { cluster, group }: { cluster: Draft; group: Draft },
  { spec, strategy }: { spec: Record<string, unknown>; strategy: unknown },
): void {
  take(group, 'count', { name: 'replicas', value: spec.replicas });
  const { type, rollingUpdate, ...others } = isMapping(strategy) ? strategy : {};
  if (type !== undefined && type !== 'RollingUpdate') {
    leave(cluster, { name: 'strategy.type', value: type }, 'guests are replaced one after the other here');
  }
  const { minReadySeconds } = spec;
  const { maxSurge, maxUnavailable, ...more } = isMapping(rollingUpdate) ? rollingUpdate : {};
  const { replicas } = spec;
  // Kubernetes rounds the one up and the other down.
  const update = {
    ...numberAt(cluster, { key: 'max_surge', name: 'maxSurge', value: maxSurge, replicas, round: Math.ceil }),
    ...numberAt(cluster, {
      key: 'max_unavailable',
      name: 'maxUnavailable',
      value: maxUnavailable,
      replicas,
      round: Math.floor,
    }),
    ...(typeof minReadySeconds === 'number' && minReadySeconds > 0 ? { pause: minReadySeconds } : {}),
  };
  if (Object.keys(update).length > 0)
    take(cluster, 'update', { name: 'strategy.rollingUpdate, minReadySeconds', value: update });
  for (const [name, value] of Object.entries({ ...others, ...more })) {
    leave(cluster, { name: `strategy.${name}`, value }, 'has no counterpart');
  }
}

/** Everything else that a MachineDeployment says about itself. */
export function leaveScaling(
  group: Draft,
  {
    deployment,
    spec,
    known,
  }: { deployment: Manifest; spec: Record<string, unknown>; known: readonly string[] },
): void {
  leaveMetadata(group, deployment);
  for (const [name, value] of Object.entries(spec)) {
    if (!known.includes(name) && name !== 'minReadySeconds' && value !== false)
      leave(group, { name, value }, WHY[name] ?? 'has no counterpart');
  }
}

/** What kubectl and controllers write there themselves. */
const OWN_ANNOTATION =
  /^(kubectl\.kubernetes\.io|deployment\.kubernetes\.io)\/|\/(revision|revision-history)$/;

function leaveMetadata(group: Draft, { value }: Manifest): void {
  const metadata = isMapping(value.metadata) ? value.metadata : {};
  const annotations = Object.entries(isMapping(metadata.annotations) ? metadata.annotations : {});
  for (const [name, text] of annotations.filter(([key]) => !OWN_ANNOTATION.test(key)))
    leave(group, { name: `annotations.${name}`, value: text }, 'has no counterpart');
  leaveLabels(group, 'labels', metadata.labels);
}

/** Labels that say where a machine belongs are here its cluster and group. */
export function leaveLabels(group: Draft, name: string, value: unknown, selector?: unknown): void {
  const known = isMapping(selector) ? selector : {};
  const labels = Object.entries(isMapping(value) ? value : {}).filter(
    ([key]) => !Object.hasOwn(known, key) && key !== 'cluster.x-k8s.io/cluster-name',
  );
  if (labels.length > 0)
    leave(group, { name, value: Object.fromEntries(labels) }, 'what guests are found by is tags: here');
}

const WHY: Readonly<Record<string, string>> = {
  paused: 'nothing runs by itself here: it is done when you apply',
  revisionHistoryLimit: 'the cluster itself is the state',
  progressDeadlineSeconds: 'see wait: for how long a guest may take',
};

interface Pace {
  key: string;
  name: string;
  value: unknown;
  replicas: unknown;
  round: (guests: number) => number;
}

/** Shares of the number of machines have no counterpart; what they are of it is said. */
function numberAt(cluster: Draft, { key, name, value, replicas, round }: Pace): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'number') return { [key]: value };
  const share = /^(\d{1,3})%$/.exec(String(value))?.[1];
  const guests =
    share === undefined || typeof replicas !== 'number' ? undefined : round((Number(share) * replicas) / 100);
  const now = guests === undefined ? '' : ` (of ${replicas} it is ${guests})`;
  cluster.remarks.push(`${name} = ${shown(value)}: wants a number of guests, not a share of them${now}`);
  return {};
}
