import { posix } from 'node:path';
import type { Verb } from '../plan/verb.ts';
import { must, placeHost } from './agent-place.ts';
import { COMPOSE_TIMEOUT, composeCommand, composeRuns } from './compose-up.ts';
import { type WriteFileArgs, type WriteFileReceipt, writeFile } from './write-file.ts';

/**
 * Writes the `.env` beside a compose file, the first of its files: so undo, which comes to it last, can start what ran
 * before from all of them.
 */
export const composeSettings: Verb<WriteFileArgs, WriteFileReceipt> = {
  ...writeFile,
  name: 'compose-settings',

  async undo(args, receipt, context) {
    await writeFile.undo?.(args, receipt, context);
    const folder = posix.dirname(args.path);
    const host = placeHost(args, context);
    if (receipt.before === null || !(await composeRuns({ folder }, host))) return;
    await must(host, composeCommand({ folder }), { timeout: COMPOSE_TIMEOUT });
  },
};
