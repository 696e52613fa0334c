import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';

export interface RemoveFileArgs extends Record<string, StepValue> {
  node: string;
  path: string;
  /** Of the file that undo would bring back. */
  mode: number;
}

/** Removes one file of ours on a node, keeping its content for undo. */
export const removeFile: Verb<RemoveFileArgs, { kept: string | null }> = {
  name: 'remove-file',

  calls: ({ node, path }): Call[] => [{ node, argv: ['rm', '-f', '--', path] }],

  check({ node, path }, facts) {
    const there = facts.snippets.some((snippet) => snippet.node === node && snippet.path === path);
    return there ? { needed: true } : { needed: false, why: 'is gone', receipt: { kept: null } };
  },

  async apply({ node, path }, context) {
    const host = context.host(node);
    const content = await host.read(path);
    const noted = context.attempt.notes[0] as { kept: string | null } | undefined;
    const kept = noted?.kept ?? (content ? await context.keep(content.toString('base64')) : null);
    await context.note({ kept });
    await host.remove(path);
    return { kept };
  },

  async find({ node, path }, context) {
    const noted = context.attempt.notes[0] as { kept: string | null } | undefined;
    return noted && !(await context.host(node).read(path)) ? noted : undefined;
  },

  async undo({ node, path, mode }, { kept }, context) {
    const content = kept === null ? undefined : context.kept(kept);
    if (content !== undefined) await context.host(node).write(path, Buffer.from(content, 'base64'), { mode });
  },
};
