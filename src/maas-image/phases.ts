import type { PhaseId } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';

/** What people read of a phase. */
export const PHASE_TITLES: Readonly<Record<PhaseId, string>> = {
  prepare: 'Preparation',
  index: 'Package lists',
  'download-base': 'Download of the base system',
  base: 'Base system',
  download: 'Download of packages',
  install: 'Packages',
  setup: 'Settings, kernel, clean-up',
  pack: 'Tarball',
  engine: 'The engine',
  boot: 'Boot',
  checks: 'Reading the image',
};

/** Seconds of a plain image on two cores (measured); only their proportions matter. */
const NATIVE: readonly (readonly [PhaseId, number])[] = [
  ['prepare', 1],
  ['index', 3],
  ['download-base', 2],
  ['base', 10],
  ['download', 4],
  ['install', 20],
  ['setup', 10],
  ['pack', 11],
];

const OTHERS: readonly (readonly [PhaseId, number])[] = [
  ['prepare', 1],
  ['engine', 300],
];

export interface Phase {
  id: PhaseId;
  title: string;
  /** How long it usually takes, against the others. */
  seconds: number;
}

/** The phases of a build, in their order; the times of an earlier build stand in for the usual ones. */
export function buildPhases(
  engine: ImageSpec['engine'],
  earlier: readonly { phase: string; seconds: number }[] = [],
): Phase[] {
  const known = new Map(earlier.map(({ phase, seconds }) => [phase, seconds]));
  return (engine === 'native' ? NATIVE : OTHERS).map(([id, usual]) => ({
    id,
    title: id === 'engine' ? `Build with ${engine}` : PHASE_TITLES[id],
    seconds: known.get(id) ?? usual,
  }));
}

/** How far a build is that is at `fraction` of one of its phases: 0 to 1. */
export function overallFraction(
  phases: readonly Phase[],
  { phase, fraction }: { phase: PhaseId; fraction: number },
): number {
  const at = phases.findIndex(({ id }) => id === phase);
  if (at < 0) return 0;
  const sum = (part: readonly Phase[]): number => part.reduce((all, { seconds }) => all + seconds, 0);
  const whole = sum(phases);
  return whole === 0 ? 0 : (sum(phases.slice(0, at)) + (phases[at]?.seconds ?? 0) * fraction) / whole;
}
