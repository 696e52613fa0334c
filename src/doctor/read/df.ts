import type { CommandResult } from '../../hosts/host.ts';
import { Garbled } from '../look.ts';
import { outputOf } from '../understand.ts';

export interface FileSystem {
  mount: string;
  total: number;
  used: number;
  free: number;
}

/** What `df` printed; that one of several folders is not there is no reason to know nothing of the others. */
export function dfOutput(result: CommandResult, what: string): string {
  return result.exitCode === 1 && /\n\S.* \//.test(result.stdout) ? result.stdout : outputOf(result, what);
}

/** Rows of `df -P` or `df -P -i`: in 1024 bytes, or in inodes. A file system that counts none has total 0. */
export function fileSystemsOf(text: string, what: string): FileSystem[] {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const match = /^(.+?)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(?:\d+%|-)\s+(\/.*)$/.exec(line.trim());
      if (!match) return [];
      const number = (at: number): number => Number(match[at] === '-' ? 0 : match[at]);
      return [{ mount: match[5] ?? '', total: number(2), used: number(3), free: number(4) }];
    });
  if (rows.length === 0) throw new Garbled(what, text);
  // Two paths on one file system are listed twice.
  return [...new Map(rows.map((row) => [row.mount, row])).values()];
}
