import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { CommandError, RunError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';

export interface InstallProgramArgs extends AgentPlace {
  /** The program's file on the machine that this runs on. */
  source: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** Where it goes. */
  path: string;
  /** A link to it that shells find, made where nothing is of that name; null: none. */
  link: string | null;
  /** The unit that runs it, to be restarted where undo puts an older program back; null: none. */
  unit: string | null;
}

/** `before`: the sum of the program that was there, kept beside the new one. `linked`: the link is of our making. */
type Receipt = { before: string | null; linked: boolean };

/** Copies a program to a place where it is run, whole or not at all. The one it replaces is kept for undo. */
export const installProgram: Verb<InstallProgramArgs, Receipt> = {
  name: 'install-program',

  calls: (args): Call[] => commandsOf(args).map((argv) => placeCall(args, argv)),

  check(args, facts) {
    const there = placeFacts(args, facts)?.files[args.path];
    if (there === args.sha256)
      return { needed: false, why: 'is there', receipt: { before: there, linked: false } };
    return { needed: true, ...(there ? { why: 'is another version' } : {}) };
  },

  async apply(args, context) {
    const host = placeHost(args, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const before = noted ? noted.before : await sumOf(host, args.path);
    const linked = noted ? noted.linked : args.link !== null && !(await isThere(host, args.link));
    if (!noted) await context.note({ before, linked });
    if ((await sumOf(host, args.path)) !== args.sha256) await copy(args, { host, context, keep: before });
    const { link, path } = args;
    if (linked && link !== null) await must(host, ['ln', '-s', '-f', '-T', '--', relative(link, path), link]);
    return { before, linked };
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? installProgram.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as Receipt | undefined,

  async undo({ path, link, sha256, unit, ...place }, { before, linked }, context) {
    if (before === sha256) return;
    const host = placeHost(place as AgentPlace, context);
    if (linked && link !== null) await must(host, ['rm', '-f', '--', link]);
    if (before === null) {
      await must(host, ['rm', '-f', '--', path, previousOf(path), temporaryOf(path)]);
      await host.run(['rmdir', '--', posix.dirname(path)]);
      return;
    }
    if ((await sumOf(host, path)) !== before) {
      if ((await sumOf(host, previousOf(path))) !== before) {
        throw new RunError('the program that was there before is no longer kept, so the newer one stays', {
          where: `${host.node}:${path}`,
        });
      }
      await must(host, ['mv', '-f', '-T', '--', previousOf(path), path]);
    }
    if (unit !== null) await must(host, ['systemctl', 'try-restart', '--', unit], { timeout: 120_000 });
  },
};

/** The one program that is kept for undo; the next upgrade takes its place. */
export function previousOf(path: string): string {
  return `${path}.previous`;
}

function temporaryOf(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.new`);
}

/** 110 MB over a slow line. */
const COPY_TIMEOUT = 1_800_000;

function commandsOf({ path, link }: InstallProgramArgs): string[][] {
  const temporary = temporaryOf(path);
  return [
    // Not from /dev/stdin: on this machine that is a socket, which cannot be opened by a name.
    ['install', '-D', '-m', '0755', '/dev/null', temporary],
    ['dd', `of=${temporary}`, 'bs=1M', 'status=none'],
    ['sha256sum', '--', temporary],
    ['mv', '-f', '-T', '--', temporary, path],
    ...(link === null ? [] : [['ln', '-s', '-f', '-T', '--', relative(link, path), link]]),
  ];
}

async function copy(
  args: InstallProgramArgs,
  {
    host,
    context,
    keep,
  }: { host: Host; context: Parameters<typeof installProgram.apply>[1]; keep: string | null },
): Promise<void> {
  const content = await programOf(args);
  const [make = [], fill = [], , move = []] = commandsOf(args);
  const temporary = temporaryOf(args.path);
  context.progress({ text: `${Math.round(args.size / 1e6)} MB to ${args.node}` });
  await must(host, make);
  await must(host, fill, { input: content, timeout: COPY_TIMEOUT, signal: context.signal });
  const arrived = await sumOf(host, temporary);
  if (arrived !== args.sha256) {
    await host.run(['rm', '-f', '--', temporary]);
    throw new CommandError('the program did not arrive whole', fill, '', {
      where: `${args.node}: ${temporary}`,
    });
  }
  // A second name of the old file: at no moment is there no program.
  if (keep !== null) await must(host, ['ln', '-f', '-T', '--', args.path, previousOf(args.path)]);
  await must(host, move);
}

async function programOf({ source, sha256 }: InstallProgramArgs): Promise<Buffer> {
  const again = { where: source, fix: 'apply the answers again with the program that is there now' };
  const content = await readFile(source).catch((cause: Error) => {
    throw new RunError('the program that is to be installed is gone', {
      ...again,
      why: cause.message,
      cause,
    });
  });
  if (createHash('sha256').update(content).digest('hex') === sha256) return content;
  throw new RunError('the program is another one than when the plan was made', again);
}

async function sumOf(host: Host, path: string): Promise<string | null> {
  const { stdout } = await host.run(['sha256sum', '--', path], { timeout: 120_000 });
  return /^([0-9a-f]{64}) /.exec(stdout)?.[1] ?? null;
}

/** A link counts by itself, wherever it leads. */
async function isThere(host: Host, path: string): Promise<boolean> {
  const found = await Promise.all(['-e', '-L'].map((flag) => host.run(['test', flag, path])));
  return found.some(({ exitCode }) => exitCode === 0);
}

function relative(link: string, path: string): string {
  return posix.relative(posix.dirname(link), path);
}
