import { createHash } from 'node:crypto';
import type { Facts } from '../facts/facts.ts';
import { reveal, type Text } from '../plan/secret.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, placeFacts, placeFile, placeHost } from './agent-place.ts';
import { keepFile, keptFile } from './kept-file.ts';

export interface WriteFileArgs extends AgentPlace {
  path: string;
  content: Text;
  mode: number;
}

export interface WriteFileReceipt extends Record<string, boolean | string | null> {
  /** Key in the run's vault of what the file held before; null where there was none. */
  before: string | null;
}

/** Writes one file on a node. What it held before is kept for undo. */
export const writeFile: Verb<WriteFileArgs, WriteFileReceipt> = {
  name: 'write-file',

  calls: (args): Call[] => [
    placeFile(args, { file: args.path, mode: args.mode.toString(8).padStart(4, '0'), content: args.content }),
  ],

  check(args, facts) {
    const there = sumOf(args, facts);
    if (there && cannotRun(args, facts)) return { needed: true, why: 'is not executable' };
    if (there === sha256(reveal(args.content)))
      return { needed: false, why: 'is written', receipt: { before: null } };
    return { needed: true, ...(there ? { why: 'has other content' } : {}) };
  },

  async apply(args, context) {
    const { path, content, mode } = args;
    const host = placeHost(args, context);
    const noted = context.attempt.notes[0] as WriteFileReceipt | undefined;
    let before = noted?.before ?? null;
    if (!noted) {
      before = await keepFile(host, path, context);
      await context.note({ before });
    }
    await host.write(path, reveal(content), { mode });
    return { before };
  },

  async find(args, context) {
    const noted = context.attempt.notes[0] as WriteFileReceipt | undefined;
    const now = await placeHost(args, context).read(args.path);
    return noted && now && sha256(now) === sha256(reveal(args.content))
      ? { before: noted.before }
      : undefined;
  },

  async undo(args, { before }, context) {
    const { node, path, mode } = args;
    const host = placeHost(args, context);
    const old = keptFile(before, { where: `${node}:${path}`, context });
    if (old === undefined) await host.remove(path);
    else await host.write(path, old, { mode });
  },
};

/** Other bits are not ours to judge: network storages show what they were mounted with. */
function cannotRun({ node, path, mode, container }: WriteFileArgs, facts: Facts): boolean {
  const there = facts.snippets.find((snippet) => snippet.node === node && snippet.path === path);
  return !container && (mode & 0o100) !== 0 && there?.mode !== undefined && (there.mode & 0o100) === 0;
}

/** SHA-256 of what the facts saw there. */
function sumOf(args: WriteFileArgs, facts: Facts): string | undefined {
  const { node, path, container } = args;
  const snippet = container
    ? undefined
    : facts.snippets.find((file) => file.node === node && file.path === path);
  return snippet?.sha256 ?? placeFacts(args, facts)?.files[path];
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
