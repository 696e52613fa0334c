/**
 * Which Ignition versions a Flatcar release reads: each reads its newest and all before it. From Flatcar's
 * release notes; 3602 was the first major with Ignition 2.15.
 */
const NEWEST_READ: readonly { from: number; spec: string }[] = [
  { from: 3602, spec: '3.4.0' },
  { from: 0, spec: '3.3.0' },
];

/** The newest Ignition version that a Flatcar release (such as `4152.2.0`) reads. */
export function newestSpec(flatcar: string): string {
  const major = majorOf(flatcar);
  return NEWEST_READ.find(({ from }) => major >= from)!.spec;
}

/** Whether a Flatcar release reads a config of that Ignition version. */
export function readsSpec(flatcar: string, spec: string): boolean {
  return !spec.includes('-') && compare(spec, newestSpec(flatcar)) <= 0;
}

/**
 * Why a release cannot read a config of that Ignition version, and what could; undefined if it can. `image`
 * names it for the user.
 */
export function specProblem(image: { name: string; flatcar: string }, spec: string): string | undefined {
  if (readsSpec(image.flatcar, spec)) return undefined;
  const newest = newestSpec(image.flatcar);
  const head = `${image.name} (Flatcar ${image.flatcar}) reads Ignition ${newest} at most, the config is ${spec}`;
  const since = NEWEST_READ.findLast((row) => !spec.includes('-') && compare(spec, row.spec) <= 0);
  const older = variantFor(newest);
  const lower = older === undefined ? '' : `; or write the config as ${older}`;
  if (!since) return `${head}; no Flatcar release reads ${spec}${lower}`;
  return `${head}; Flatcar from ${since.from} on reads it${lower}`;
}

/** The Butane header that compiles to an Ignition version. */
function variantFor(spec: string): string | undefined {
  return { '3.3.0': 'variant: flatcar, version: 1.0.0', '3.4.0': 'variant: flatcar, version: 1.1.0' }[spec];
}

/** `current`, `stable` and other names without a number stand for the newest. */
function majorOf(flatcar: string): number {
  const major = Number.parseInt(flatcar, 10);
  return Number.isNaN(major) ? Number.POSITIVE_INFINITY : major;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
