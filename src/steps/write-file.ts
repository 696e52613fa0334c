import { createHash } from 'node:crypto';
import { RunError } from '../errors.ts';
import { reveal, type Text } from '../plan/secret.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';

export interface WriteFileArgs extends Record<string, StepValue> {
  node: string;
  path: string;
  content: Text;
  mode: number;
}

interface Receipt extends Record<string, boolean | string | null> {
  /** Key in the run's vault of what the file held before; null where there was none. */
  before: string | null;
}

/** Writes one file on a node. What it held before is kept for undo. */
export const writeFile: Verb<WriteFileArgs, Receipt> = {
  name: 'write-file',

  calls: ({ node, path, content, mode }): Call[] => [
    { node, file: path, mode: mode.toString(8).padStart(4, '0'), content },
  ],

  check({ node, path, content }, facts) {
    const there = facts.snippets.find((snippet) => snippet.node === node && snippet.path === path);
    if (there?.sha256 === sha256(reveal(content)))
      return { needed: false, why: 'is written', receipt: { before: null } };
    return { needed: true, ...(there ? { why: 'has other content' } : {}) };
  },

  async apply({ node, path, content, mode }, context) {
    const host = context.host(node);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    let before = noted?.before ?? null;
    if (!noted) {
      const old = await host.read(path);
      before = old ? await context.keep(old.toString('base64')) : null;
      await context.note({ before });
    }
    await host.write(path, reveal(content), { mode });
    return { before };
  },

  async find({ node, path, content }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const now = await context.host(node).read(path);
    return noted && now && sha256(now) === sha256(reveal(content)) ? { before: noted.before } : undefined;
  },

  async undo({ node, path, mode }, { before }, context) {
    const host = context.host(node);
    const old = before === null ? undefined : context.kept(before);
    if (before !== null && old === undefined) {
      throw new RunError('what the file held before is no longer kept, so it stays as it is', {
        where: `${node}:${path}`,
      });
    }
    if (old === undefined) await host.remove(path);
    else await host.write(path, Buffer.from(old, 'base64'), { mode });
  },
};

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
