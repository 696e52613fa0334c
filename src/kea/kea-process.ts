import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '../errors.ts';
import type { Commands } from './commands.ts';
import { askKea } from './control-socket.ts';
import type { GenerationFiles } from './generation-files.ts';
import type { Folders } from './place.ts';
import { confOf, isAlive, type ProcessId, processId, queuedBytes } from './processes.ts';
import { readOrNothing } from './tree.ts';

/** How Kea is started on this machine. */
export interface KeaProgram {
  folders: Folders;
  commands: Commands;
  /** Command words in front of Kea's own, such as those that leave root or choose an AppArmor profile. */
  wrap: readonly string[];
  /** `/usr/sbin/kea-dhcp4` */
  program: string;
  /** Who Kea runs as; undefined: root. */
  owner: { uid: number; gid: number } | undefined;
  /** Seconds. */
  now(): number;
}

/** A Kea whose real pid is known: every word in front of it replaces itself by the next. */
export interface KeaProcess {
  process: ProcessId;
  /** Settles when the process is gone; undefined: another agent started it, so it has to be looked at. */
  ended: Promise<void> | undefined;
}

/** 10,000 reservations start in 0.9 s on two slow cores; a machine that boots can be ten times as slow. */
export const START_TIMEOUT_MS = 20_000;

/**
 * Starts Kea in a namespace with the configuration in `files.conf`, and waits until its main loop answers. Throws
 * RunError with Kea's own words if it ends instead.
 */
export async function spawnKea(
  namespace: string,
  { files, kea, timeout = START_TIMEOUT_MS }: { files: GenerationFiles; kea: KeaProgram; timeout?: number },
): Promise<KeaProcess> {
  await clearSlot(files, kea);
  const { pid, ended } = await kea.commands.startDetached(
    ['nsenter', `--net=/run/netns/${namespace}`, '--', ...kea.wrap, kea.program, '-c', files.conf],
    { log: files.log, env: keaVariables(kea.folders) },
  );
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const id = processId(pid);
  const deadline = performance.now() + timeout;
  // A connection that comes while Kea starts may lie for a second, until its main loop wakes up; a second one wakes it.
  let patience = 25;
  while (id && !gone && performance.now() < deadline) {
    const asked = performance.now();
    if (await answers(files.socket, patience)) return { process: id, ended };
    // A large configuration takes longer than that.
    if (performance.now() - asked >= patience) patience = Math.min(patience * 1.5, 500);
    await sleep(2);
  }
  const why = lastWords(files.log);
  if (id && !gone) await stopKea({ process: id }, kea);
  throw new RunError(gone || !id ? 'Kea refuses to start' : 'Kea does not get ready', { why });
}

/** Kea refuses to start while the process in its pid file lives, even if that number is somebody else's by now. */
async function clearSlot(files: GenerationFiles, kea: KeaProgram): Promise<void> {
  const id = processId(Number(readOrNothing(files.pid)));
  if (id && confOf(id.pid) === files.conf) await stopKea({ process: id }, kea);
  for (const file of [files.pid, files.log, files.socket]) rmSync(file, { force: true });
}

/** Ends a Kea, at first asking. Its files stay: the next generation takes the leases from them. */
export async function stopKea(
  { process }: Pick<KeaProcess, 'process'>,
  { commands }: { commands: Commands },
): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(process)) return;
    commands.kill(process.pid, signal);
    for (let waited = 0; waited < 2_000 && isAlive(process); waited += 4) await sleep(4);
  }
}

/**
 * Waits until a Kea has read what came before its successor listened; everything later reaches both. A Kea that is
 * told to end does not look at what is left in its queue.
 */
export async function drain({ process }: Pick<KeaProcess, 'process'>): Promise<void> {
  for (let waited = 0; waited < DRAIN_MS && queuedBytes(process.pid) > 0; waited += 1) await sleep(1);
}

/** A queue is empty within milliseconds, but for a machine that has too much to do. */
const DRAIN_MS = 2_000;

/** The last error in Kea's log without its time stamp; else its last line. */
export function lastWords(log: string): string {
  const lines = readOrNothing(log)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const line = lines.findLast((text) => /ERROR|FATAL/.test(text)) ?? lines.at(-1) ?? 'it said nothing';
  return line
    .replace(/^[\d-]+ [\d:.]+ +/, '')
    .replace(/\[kea-dhcp[46]\.[^\]]*\] /, '')
    .slice(0, 300);
}

/** The main loop serves the control socket: who answers here receives packets, too. */
export async function answers(socket: string, timeout: number): Promise<boolean> {
  try {
    await askKea(socket, { command: 'version-get' }, { timeout });
    return true;
  } catch {
    return false;
  }
}

/** Since Kea 2.6.3 its folders can be named only so; before, it takes any. A lock is of no use to one process. */
function keaVariables({ run, leases }: Folders): Record<string, string> {
  return {
    KEA_PIDFILE_DIR: run,
    KEA_LOCKFILE_DIR: 'none',
    KEA_CONTROL_SOCKET_DIR: run,
    KEA_DHCP_DATA_DIR: leases,
  };
}
