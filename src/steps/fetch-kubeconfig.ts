import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiError, RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestRef, placeOf } from './our-guest.ts';

export interface FetchKubeconfigArgs extends Record<string, StepValue> {
  cluster: string;
  /** Servers, any of which will do. */
  guests: readonly (GuestRef & Record<string, StepValue>)[];
  /** Where a server has its kubeconfig. */
  source: string;
  /** Counts only once this file is in the guest, too; empty: at once. */
  after: string;
  /** On this machine, with its full name. */
  file: string;
  /** What it is to lead to, `https://10.0.20.11:6443`. */
  server: string;
  /** Seconds. */
  timeout: number;
  /** The file is there, and so was the cluster before. */
  isThere: boolean;
}

interface Receipt extends Record<string, string | null> {
  /** Key in the run's vault of what the file held before; null where there was none. */
  before: string | null;
}

/** Slow, since a first server takes minutes. */
const POLL = 5000;

/** Waits for a server's kubeconfig, and puts it into a file of this machine that only its user can read. */
export const fetchKubeconfig: Verb<FetchKubeconfigArgs, Receipt> = {
  name: 'fetch-kubeconfig',

  calls: ({ guests: [guest], source, file }): Call[] => [
    {
      method: 'GET',
      path: apiPath`/nodes/${guest?.node ?? ''}/qemu/${guest?.vmid ?? 0}/agent/file-read`,
      params: { file: source },
    },
    { node: 'this machine', file, mode: '0600', content: '***' },
  ],

  check: ({ isThere }) =>
    isThere ? { needed: false, why: 'is there', receipt: { before: null } } : { needed: true },

  async apply(args, context) {
    const found = await waitFor(args, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    let before = noted?.before ?? null;
    if (!noted) {
      const old = await textOf(args.file);
      before = old === undefined ? null : await context.keep(old);
      await context.note({ before });
    }
    await writePrivate(args.file, leadingTo(found, args.server));
    return { before };
  },

  async find({ file, server }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const now = await textOf(file);
    return noted && now?.includes(`server: ${server}\n`) ? noted : undefined;
  },

  async undo({ file }, { before }, context) {
    const old = before === null ? undefined : context.kept(before);
    if (before !== null && old === undefined) {
      throw new RunError('what the file held before is no longer kept, so it stays as it is', {
        where: file,
      });
    }
    if (old === undefined) await rm(file, { force: true });
    else await writePrivate(file, old);
  },
};

async function waitFor(args: FetchKubeconfigArgs, context: StepContext): Promise<string> {
  const { cluster, guests, source, after, timeout } = args;
  const end = context.now() + timeout * 1000;
  for (;;) {
    for (const guest of guests) {
      if (after !== '' && (await readInGuest(guest, after, context)) === undefined) continue;
      const text = await readInGuest(guest, source, context);
      // Also one that is being written just now.
      if (text !== undefined && /^\s*client-key-data: \S+/m.test(text)) return text;
    }
    if (context.now() + POLL > end) break;
    context.progress({ text: `waits until ${cluster} is up` });
    await context.sleep(POLL);
  }
  const [first] = guests;
  throw new RunError(`no server of ${cluster} has a kubeconfig after ${timeout} s`, {
    where: guests.map(({ name }) => name).join(', '),
    why: 'its download may not get through, or the servers do not find each other',
    fix: `look inside: qm terminal ${first ? placeOf(first, context).vmid : ''}, then journalctl -u proxwright-fetch -u proxwright-join -u k3s; then go on with this run`,
  });
}

/** The file's text; undefined where there is none yet, or nobody to ask. */
async function readInGuest(guest: GuestRef, file: string, context: StepContext): Promise<string | undefined> {
  const { node, vmid } = placeOf(guest, context);
  try {
    const answer = await context.pve.get<{ content: string; truncated?: boolean | number }>(
      apiPath`/nodes/${node}/qemu/${vmid}/agent/file-read`,
      { file },
      context,
    );
    return answer.truncated ? undefined : answer.content;
  } catch (error) {
    const later =
      /agent is not running|is not running|timeout|no such file or directory|permission denied|failed to open/i;
    if (error instanceof ApiError && error.status !== 403 && later.test(error.message)) return undefined;
    throw error;
  }
}

/** A server's own kubeconfig leads to itself. */
function leadingTo(text: string, server: string): string {
  return text.replace(/^(\s*server: ).*$/gm, (_, key: string) => key + server);
}

async function writePrivate(file: string, text: string): Promise<void> {
  const fresh = `${file}.proxwright-new`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await rm(fresh, { force: true });
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new RunError('the kubeconfig cannot be written', {
      where: file,
      why: (cause as Error).message,
      fix: 'make room for it or name another file, then go on with this run',
      cause,
    });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new RunError('the file for the kubeconfig cannot be read', { where: file, why: message, cause });
  }
}
