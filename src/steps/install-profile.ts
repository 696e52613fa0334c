import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { must } from './agent-place.ts';
import { keepFile, keptFile } from './kept-file.ts';
import { sha256 } from './write-file.ts';

export interface InstallProfileArgs extends Record<string, StepValue> {
  node: string;
  /** The profile's name, as the kernel lists it. */
  profile: string;
  path: string;
  content: string;
}

/** `before`: key of what the file held, null where there was none. */
type Receipt = { before: string | null };

/** An AppArmor profile: its file, and loaded into the kernel. */
export const installProfile: Verb<InstallProfileArgs, Receipt> = {
  name: 'install-profile',

  calls: ({ node, path, content }): Call[] => [
    { node, file: path, mode: '0644', content },
    { node, argv: load(path) },
  ],

  check({ node, path, profile, content }, facts) {
    const there = facts.kea?.find((other) => other.node === node);
    const same = there?.host.files[path] === sha256(content);
    if (same && there?.profiles.includes(profile))
      return { needed: false, why: 'is loaded', receipt: { before: null } };
    return { needed: true, ...(same ? { why: 'is not loaded' } : {}) };
  },

  async apply({ node, path, content }, context) {
    const host = context.host(node);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const before = noted ? noted.before : await keepFile(host, path, context);
    if (!noted) await context.note({ before });
    await host.write(path, content, { mode: 0o644 });
    await must(host, load(path));
    return { before };
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? installProfile.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as Receipt | undefined,

  async undo({ node, path }, { before }, context) {
    const host = context.host(node);
    const old = keptFile(before, { where: `${node}:${path}`, context });
    if (old === undefined) {
      // Unloading reads the name from the file, so the file goes last.
      if (await host.read(path)) await must(host, ['apparmor_parser', '--remove', path]);
      await host.remove(path);
      return;
    }
    await host.write(path, old, { mode: 0o644 });
    await must(host, load(path));
  },
};

function load(path: string): string[] {
  return ['apparmor_parser', '--replace', path];
}
