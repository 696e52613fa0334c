import type { Host } from '../hosts/host.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';

export interface ComposeUpArgs extends AgentPlace {
  /** With compose.yaml, .env and what they name. */
  folder: string;
  stamp: string;
}

/** `before`: it ran already, as it was then; it goes on until the new one is built. */
type Receipt = { before: boolean };

/**
 * Builds and starts what a compose file describes. Undo takes it down, unless it ran before: then that is made again
 * once its files are back (compose-settings).
 */
export const composeUp: Verb<ComposeUpArgs, Receipt> = {
  name: 'compose-up',

  calls: (args): Call[] => [placeCall(args, composeCommand(args)), placeCall(args, PRUNE)],

  check(args, facts) {
    const there = placeFacts(args, facts)?.stamp;
    if (there === args.stamp) return { needed: false, why: 'runs', receipt: { before: true } };
    return { needed: true, ...(there === undefined ? {} : { why: 'runs as it was before' }) };
  },

  async apply(args, context) {
    const host = placeHost(args, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const receipt = noted ?? { before: await composeRuns(args, host) };
    if (!noted) await context.note(receipt);
    context.progress({ text: 'docker compose up, with a build' });
    await must(host, composeCommand(args), {
      timeout: COMPOSE_TIMEOUT,
      signal: context.signal,
    });
    // The image of before has no name any more, and is 0.4 GB of a small disk.
    await host.run(PRUNE, { timeout: 120_000 });
    return receipt;
  },

  // What an earlier attempt did is done again, for docker to see that it is so.
  find: async (args, context) =>
    (await isThere(args, placeHost(args, context))) ? composeUp.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as Receipt | undefined,

  async undo(args, receipt, context) {
    // Journals of earlier versions have none.
    if ((receipt as Receipt | null)?.before) return;
    const host = placeHost(args, context);
    if (await isThere(args, host)) await must(host, down(args), { timeout: 300_000 });
  },
};

const PRUNE: readonly string[] = ['docker', 'image', 'prune', '--force'];

/** Milliseconds: packages for the image over a slow line. */
export const COMPOSE_TIMEOUT = 1_800_000;

/** Builds and starts, or makes anew what has changed. */
export function composeCommand({ folder }: Pick<ComposeUpArgs, 'folder'>): string[] {
  return [...compose(folder), 'up', '--detach', '--build', '--wait'];
}

function down({ folder }: ComposeUpArgs): string[] {
  // "local" would leave an image that has a name.
  return [...compose(folder), 'down', '--rmi', 'all', '--volumes'];
}

function compose(folder: string): string[] {
  return ['docker', 'compose', '--project-directory', folder];
}

/** Whether there is a container of it. */
export async function composeRuns({ folder }: Pick<ComposeUpArgs, 'folder'>, host: Host): Promise<boolean> {
  return (await host.run([...compose(folder), 'ps', '--quiet'])).stdout.trim() !== '';
}

/** Without its file there is nothing that compose could take down; its container went with Docker then. */
async function isThere({ folder }: ComposeUpArgs, host: Host): Promise<boolean> {
  return (await host.run(['test', '-f', `${folder}/compose.yaml`])).exitCode === 0;
}
