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

/** What would be changed, in lines for people. */
export function mendLines({ changes }: Mend, node: string): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'command') return [`$ ${change.argv.join(' ')}    (on ${change.node})`];
    if (change.kind === 'api') {
      const params = Object.entries(change.params).map(([key, value]) => `${key}=${value}`);
      return [`${change.method.toUpperCase()} ${change.path.replaceAll('{node}', node)} ${params.join(' ')}`];
    }
    return [
      `${change.path}    (on ${change.node})`,
      ...lineDiff(change.before ?? '', change.after).map((line) => `  ${line}`),
    ];
  });
}

/** Carries out the changes in order, and looks again. Where one fails, or nothing is better, all are taken back. */
export async function mend(
  result: Result & { verdict: { mend: Mend } },
  edges: MendEdges,
  again: () => Promise<boolean>,
): Promise<Mended> {
  const done: Change[] = [];
  const backups: string[] = [];
  const node = result.node ?? '';
  try {
    for (const change of result.verdict.mend.changes) {
      // Before it is tried: half of a change may be there when it fails.
      done.push(change);
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
async function takeBack(done: readonly Change[], node: string, edges: MendEdges): Promise<string[]> {
  const left: string[] = [];
  for (const change of done.toReversed()) {
    try {
      await undo(change, node, edges);
    } catch (error) {
      left.push(
        `${change.kind === 'command' ? change.argv.join(' ') : change.path}: ${(error as Error).message}`,
      );
    }
  }
  return left;
}

async function undo(change: Change, node: string, edges: MendEdges): Promise<void> {
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
  else await host.write(change.path, change.before, { mode: change.mode });
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

/** Looks again with new eyes, at one check on one node: true where it finds nothing to mend any more. */
export async function looksWell(
  place: { check: AnyCheck; node: string | undefined },
  target: DoctorTarget,
  options: DoctorOptions,
): Promise<boolean> {
  return isWell(await looksAgain(place, target, options));
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

export function isWell(results: readonly Result[]): boolean {
  return results.every((result) => result.seen && !hasMend(result));
}
