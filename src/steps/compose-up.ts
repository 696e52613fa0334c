import type { Host } from '../hosts/host.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';

export interface ComposeUpArgs extends AgentPlace {
  /** With compose.yaml, .env and what they name. */
  folder: string;
  stamp: string;
}

/** Builds and starts what a compose file describes. */
export const composeUp: Verb<ComposeUpArgs, null> = {
  name: 'compose-up',

  calls: (args): Call[] => [placeCall(args, up(args))],

  check(args, facts) {
    const there = placeFacts(args, facts)?.stamp;
    if (there === args.stamp) return { needed: false, why: 'runs', receipt: null };
    return { needed: true, ...(there === undefined ? {} : { why: 'runs as it was before' }) };
  },

  async apply(args, context) {
    context.progress({ text: 'docker compose up, with a build' });
    await must(placeHost(args, context), up(args), { timeout: 1_800_000, signal: context.signal });
    return null;
  },

  // What an earlier attempt did is done again, for docker to see that it is so.
  find: async (args, context) =>
    (await isThere(args, placeHost(args, context))) ? composeUp.apply(args, context) : undefined,

  async undo(args, _receipt, context) {
    const host = placeHost(args, context);
    if (await isThere(args, host)) await must(host, down(args), { timeout: 300_000 });
  },
};

function up({ folder }: ComposeUpArgs): string[] {
  return ['docker', 'compose', '--project-directory', folder, 'up', '--detach', '--build', '--wait'];
}

function down({ folder }: ComposeUpArgs): string[] {
  return ['docker', 'compose', '--project-directory', folder, 'down', '--rmi', 'local', '--volumes'];
}

/** Without its file there is nothing that compose could take down; its container went with Docker then. */
async function isThere({ folder }: ComposeUpArgs, host: Host): Promise<boolean> {
  return (await host.run(['test', '-f', `${folder}/compose.yaml`])).exitCode === 0;
}
