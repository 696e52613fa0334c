import type { ImageEvent, PhaseId } from './edges.ts';
import { PHASE_TITLES } from './phases.ts';

/** What mmdebstrap says when it goes on (its `I:` lines), and the phase that begins. */
const STAGES: readonly (readonly [string, PhaseId])[] = [
  ['running apt-get update', 'index'],
  ['downloading packages with apt', 'download-base'],
  ['extracting archives', 'base'],
  ['installing remaining packages', 'download'],
  ['running --customize-hook', 'setup'],
  ['creating tarball', 'pack'],
];

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

interface Count {
  done: number;
  of: number;
}

/**
 * Reads mmdebstrap's verbose log and tells how far it is: bytes of those that apt wants to get, packages unpacked
 * and set up of those that it wants to install, steps of our own hook. (apt's status-fd is taken by mmdebstrap
 * itself, which shows it on a terminal only; these lines carry the same numbers.)
 */
export function mmdebstrapProgress(
  emit: (event: Extract<ImageEvent, { type: 'phase' }>) => void,
): (line: string) => void {
  let phase: PhaseId | undefined;
  let bytes: Count = { done: 0, of: 0 };
  let packages: Count = { done: 0, of: 0 };
  let last = -1;

  const tell = (fraction: number, detail?: string): void => {
    if (phase === undefined) return;
    const known = Math.min(1, Math.max(0, fraction));
    // A view needs no more than every half percent.
    if (known < 1 && known - last < 0.005) return;
    last = known;
    emit({
      type: 'phase',
      phase,
      title: PHASE_TITLES[phase],
      fraction: known,
      ...(detail ? { detail } : {}),
    });
  };
  const enter = (next: PhaseId): void => {
    if (next === phase) return;
    if (phase !== undefined && last < 1) tell(1);
    phase = next;
    last = -1;
    tell(0);
  };

  return (line) => {
    const stage = STAGES.find(([words]) => line.startsWith(`I: ${words}`));
    if (stage) return enter(stage[1]);
    const wanted = /^\d+ upgraded, (\d+) newly installed/.exec(line);
    if (wanted) packages = { done: 0, of: 2 * Number(wanted[1]) };
    const size = /^Need to get ([\d.,]+) (B|kB|MB|GB)(?:\/[\d.,]+ (?:B|kB|MB|GB))? of archives/.exec(line);
    if (size) bytes = { done: 0, of: amount(size[1], size[2]) };
    const got = /^Get:\d+ .*\[([\d.,]+) (B|kB|MB|GB)\]$/.exec(line);
    if (got && (phase === 'download' || phase === 'download-base')) {
      bytes.done += amount(got[1], got[2]);
      tell(bytes.of > 0 ? bytes.done / bytes.of : 0, megabytes(bytes));
    }
    const doing = /^(?:Unpacking|Setting up) (\S+)/.exec(line);
    if (doing && (phase === 'base' || phase === 'download' || phase === 'install')) {
      if (phase === 'download') enter('install');
      packages.done += 1;
      tell(packages.of > 0 ? packages.done / packages.of : 0, doing[1]);
    }
    const step = /^proxwright: step (\d+)\/(\d+) (.*)$/.exec(line);
    if (step) tell((Number(step[1]) - 1) / Number(step[2]), step[3]);
  };
}

function amount(number = '0', unit = 'B'): number {
  return Number(number.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

function megabytes({ done, of }: Count): string {
  return `${Math.min(done, of) / 1e6 < 10 ? (Math.min(done, of) / 1e6).toFixed(1) : Math.round(Math.min(done, of) / 1e6)} of ${Math.round(of / 1e6)} MB`;
}
