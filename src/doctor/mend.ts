import type { Host } from '../hosts/host.ts';
import type { Pve } from '../pve/pve.ts';
import type { AnyCheck, Change, Mend } from './check.ts';
import { lineDiff } from './diff.ts';
import { type DoctorOptions, type DoctorTarget, type Result, runDoctor } from './run.ts';

/** How a mending went. Whatever was changed by one that failed is as it was before, unless `left` says otherwise. */
export type Mended =
  | { status: 'mended'; backups: readonly string[] }
  | { status: 'failed'; why: string; left: readonly string[] };

export interface MendEdges {
  pve: Pick<Pve, 'post' | 'put' | 'delete'>;
  host(node: string): Host | undefined;
  /** Part of the backups' names: `20260301-101530`. */
  stamp: string;
}

/** Where the files lie as they were before. */
const BACKUPS = '/var/lib/proxwright/backups';
const PATIENCE = 60_000;

/** `head`: a file's name, a command, a call; the others are lines of a file, each with its sign. */
export interface ChangeLine {
  kind: 'head' | 'added' | 'removed' | 'same';
  text: string;
}

/** What would be changed, line by line. */
export function changeLines({ changes }: Mend, node: string): ChangeLine[] {
  return changes.flatMap((change): ChangeLine[] => {
    if (change.kind === 'command')
      return [{ kind: 'head', text: `$ ${change.argv.join(' ')}    (on ${change.node})` }];
    if (change.kind === 'api') {
      const params = Object.entries(change.params).map(([key, value]) => `${key}=${value}`);
      const path = change.path.replaceAll('{node}', node);
      return [{ kind: 'head', text: `${change.method.toUpperCase()} ${path} ${params.join(' ')}` }];
    }
    return [
      { kind: 'head', text: `${change.path}    (on ${change.node})` },
      ...lineDiff(change.before ?? '', change.after).map((text) => ({ kind: kindOf(text), text })),
    ];
  });
}

function kindOf(text: string): ChangeLine['kind'] {
  return text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'same';
}

/** The same in lines for people. */
export function mendLines(mend: Mend, node: string): string[] {
  return changeLines(mend, node).map(({ kind, text }) => (kind === 'head' ? text : `  ${text}`));
}

/** Carries out the changes in order, and looks again. Where one fails, or nothing is better, all are taken back. */
export async function mend(
  result: Result & { verdict: { mend: Mend } },
  edges: MendEdges,
  again: () => Promise<boolean>,
): Promise<Mended> {
  const done: Done[] = [];
  const backups: string[] = [];
  const node = result.node ?? '';
  try {
    for (const change of result.verdict.mend.changes) {
      // Before it is tried: half of a change may be there when it fails.
      done.push({ change, mode: await modeNow(change, edges) });
      const backup = await carryOut(change, node, edges);
      if (backup) backups.push(backup);
    }
    if (await again()) return { status: 'mended', backups };
    return {
      status: 'failed',
      why: 'it was done, but the check finds the same as before',
      left: await takeBack(done, node, edges),
    };
  } catch (error) {
    return { status: 'failed', why: (error as Error).message, left: await takeBack(done, node, edges) };
  }
}

/** A change that was begun, and the file's mode before it. */
interface Done {
  change: Change;
  mode: number | undefined;
}

async function modeNow(change: Change, edges: MendEdges): Promise<number | undefined> {
  if (change.kind !== 'file' || change.before === undefined) return undefined;
  const { exitCode, stdout } = await hostOf(change.node, edges).run(['stat', '-c', '%a', '--', change.path]);
  return exitCode === 0 && /^[0-7]{3,4}\s*$/.test(stdout) ? Number.parseInt(stdout, 8) : undefined;
}

async function carryOut(change: Change, node: string, edges: MendEdges): Promise<string | undefined> {
  if (change.kind === 'api') {
    await edges.pve[change.method](change.path.replaceAll('{node}', encodeURIComponent(node)), change.params);
    return undefined;
  }
  const host = hostOf(change.node, edges);
  if (change.kind === 'command') {
    await must(host, change.argv);
    return undefined;
  }
  const now = (await host.read(change.path))?.toString('utf8');
  if (now !== change.before) throw new Error(`${change.path} has changed since it was looked at`);
  const backup = change.before === undefined ? undefined : `${BACKUPS}/${edges.stamp}${change.path}`;
  if (backup && change.before !== undefined) await host.write(backup, change.before, { mode: 0o600 });
  await host.write(change.path, change.after, { mode: change.mode });
  return backup;
}

/** Newest first. Says what could not be taken back. */
async function takeBack(done: readonly Done[], node: string, edges: MendEdges): Promise<string[]> {
  const left: string[] = [];
  for (const { change, mode } of done.toReversed()) {
    try {
      await undo({ change, mode }, node, edges);
    } catch (error) {
      left.push(
        `${change.kind === 'command' ? change.argv.join(' ') : change.path}: ${(error as Error).message}`,
      );
    }
  }
  return left;
}

async function undo({ change, mode }: Done, node: string, edges: MendEdges): Promise<void> {
  if (change.kind === 'api') {
    const { undo: back } = change;
    if (back)
      await edges.pve[back.method](back.path.replaceAll('{node}', encodeURIComponent(node)), back.params);
    return;
  }
  const host = hostOf(change.node, edges);
  if (change.kind === 'command') {
    if (change.undo) await must(host, change.undo);
    return;
  }
  const now = (await host.read(change.path))?.toString('utf8');
  // Somebody else's change is not ours to take back.
  if (now !== change.after) return;
  if (change.before === undefined) await host.remove(change.path);
  else await host.write(change.path, change.before, { mode: mode ?? change.mode });
}

function hostOf(node: string, { host }: MendEdges): Host {
  const found = host(node);
  if (found) return found;
  throw new Error(`${node} is not within reach for commands`);
}

async function must(host: Host, argv: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await host.run(argv, { timeout: PATIENCE });
  if (exitCode !== 0)
    throw new Error(`${argv.join(' ')}: ${stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`}`);
}

export function hasMend(result: Result): result is Result & { verdict: { mend: Mend } } {
  return result.verdict.mend !== undefined;
}

/** Looks again with new eyes, at one check on one node: true where what was found there needs no mending any more. */
export async function looksWell(
  result: Result,
  target: DoctorTarget,
  options: DoctorOptions,
): Promise<boolean> {
  return isWell(result, await looksAgain(result, target, options));
}

/** What one check says now, on one node. */
export async function looksAgain(
  { check, node }: { check: AnyCheck; node: string | undefined },
  target: DoctorTarget,
  options: DoctorOptions,
): Promise<readonly Result[]> {
  const nodes = node === undefined ? target.nodes : target.nodes.filter(({ name }) => name === node);
  return (await runDoctor([check], { ...target, nodes }, options)).results;
}

/** What else the check finds there, another file say, is another finding. */
export function isWell({ verdict }: Result, now: readonly Result[]): boolean {
  const before = aimOf(verdict.mend);
  return now.every((result) => result.seen && (!hasMend(result) || aimOf(result.verdict.mend) !== before));
}

/** What a mending goes for. Of a file its name: what stands in it may be another by now. */
function aimOf(mend: Mend | undefined): string {
  return JSON.stringify(
    mend?.changes.map((change) => {
      if (change.kind === 'file') return [change.node, change.path];
      return change.kind === 'command'
        ? [change.node, change.argv]
        : [change.method, change.path, change.params];
    }),
  );
}
