import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';
import { APT, APT_TIMEOUT, removeAdded } from './apt.ts';

export interface RemovePackagesArgs extends AgentPlace {
  packages: readonly string[];
}

/** Removes packages and their configuration, unless something else needs them. */
export const removePackages: Verb<RemovePackagesArgs, { removed: string[] }> = {
  name: 'remove-packages',

  calls: (args, facts): Call[] => [
    placeCall(args, [...APT, 'purge', '--yes', ...there(args, placeFacts(args, facts)?.packages ?? {})]),
  ],

  check(args, facts) {
    return there(args, placeFacts(args, facts)?.packages ?? {}).length > 0
      ? { needed: true }
      : { needed: false, why: 'is not installed', receipt: { removed: [] } };
  },

  async apply(args, context) {
    const { packages } = args;
    const removed = there(args, placeFacts(args, context.facts)?.packages ?? {});
    if (context.attempt.notes.length === 0) await context.note({ removed });
    await removeAdded(placeHost(args, context), { added: packages, asked: packages, log: context.log });
    return (context.attempt.notes[0] as { removed: string[] } | undefined) ?? { removed };
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? removePackages.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as { removed: string[] } | undefined,

  async undo(args, { removed }, context) {
    if (removed.length === 0) return;
    const argv = [...APT, 'install', '--yes', '--no-install-recommends', ...removed];
    await must(placeHost(args, context), argv, { timeout: APT_TIMEOUT });
  },
};

function there({ packages }: RemovePackagesArgs, installed: Readonly<Record<string, string>>): string[] {
  return packages.filter((name) => installed[name] !== undefined);
}
