export interface TaskProgress {
  /** 0 to 1. */
  fraction: number;
  text: string;
}

/**
 * What a line of a task's log says of how far it is, if anything: `transferred 1.1 GiB of 1.5 GiB (71.2%)`
 * (copies, mirrors), `… 45% 11.2M 3s` (downloads), `transferred 1.0 GiB of 4.0 GiB VM-state` (migrations).
 */
export function progressOf(line: string): TaskProgress | undefined {
  const text = line.trim();
  const transferred = TRANSFERRED.exec(text);
  const percent = /(\d{1,3}(?:\.\d+)?)\s?%/.exec(text)?.[1];
  if (percent !== undefined) return within(Number(percent) / 100, text);
  if (!transferred) return undefined;
  const [, done, doneUnit, all, allUnit] = transferred;
  return within((Number(done) * unit(doneUnit)) / (Number(all) * unit(allUnit)), text);
}

const TRANSFERRED = /transferred ([\d.]+) ([KMGT]?i?B) of ([\d.]+) ([KMGT]?i?B)/;

function unit(name = 'B'): number {
  return 1024 ** 'BKMGT'.indexOf(name[0] ?? 'B');
}

function within(fraction: number, text: string): TaskProgress | undefined {
  return Number.isFinite(fraction) && fraction <= 1 ? { fraction, text } : undefined;
}
