import { TargetError, TaskError } from '../errors.ts';
import { apiPath, type Pve } from './pve.ts';
import { progressOf, type TaskProgress } from './task-progress.ts';
import { isTransient } from './transient.ts';
import { parseUpid, taskTitle } from './upid.ts';

export interface WaitOptions {
  signal?: AbortSignal;
  sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds. */
  now: () => number;
  onProgress?: (progress: TaskProgress) => void;
  onLog?: (line: string) => void;
}

export interface TaskEnd {
  /** `OK` or `WARNINGS: n`. */
  exitStatus: string;
  warnings: number;
}

/** Most tasks end within 150 ms (measured); long ones are asked once a second. */
const FIRST_WAIT = 20;
const LONGEST_WAIT = 1_000;
/** A task's log is read only when it takes longer than this: quick tasks cost their polls and no more. */
const LOG_AFTER = 500;
/** How long the node may give no useful answer while its task goes on: a reboot of pveproxy, a lost link. */
const OUTLAST = 60_000;
const LOG_LINES = 20;

/** Waits for a task's end. Throws TaskError with the exit status as its message and the log's last lines. */
export async function waitForTask(pve: Pve, upid: string, options: WaitOptions): Promise<TaskEnd> {
  const node = parseUpid(upid)?.node;
  if (!node) throw new TargetError('the node named a task that is none', { where: upid });
  const log = readLog(pve, apiPath`/nodes/${node}/tasks/${upid}/log`, options);
  const begun = options.now();
  let answered = begun;
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
    try {
      const path = apiPath`/nodes/${node}/tasks/${upid}/status`;
      const state = await pve.get<TaskStatus>(path, {}, requestOptions(options));
      answered = options.now();
      if (state.status === 'stopped') return await finish(upid, state.exitstatus ?? '', log);
      if (options.now() - begun > LOG_AFTER) await log.more();
    } catch (error) {
      if (!isTransient(error) || error instanceof TaskError || options.now() - answered > OUTLAST)
        throw error;
    }
    await options.sleep(Math.round(wait));
  }
}

interface TaskStatus {
  status: string;
  exitstatus?: string;
}

type Log = ReturnType<typeof readLog>;

async function finish(upid: string, exitStatus: string, log: Log): Promise<TaskEnd> {
  const warnings = /^WARNINGS: (\d+)$/.exec(exitStatus)?.[1];
  if (exitStatus === 'OK' || warnings) {
    if (log.begun() || warnings) await log.more().catch(() => {});
    return { exitStatus, warnings: Number(warnings ?? 0) };
  }
  await log.more().catch(() => {});
  const message = exitStatus || 'the task ended without saying how';
  throw new TaskError(message, upid, log.last(), { where: taskTitle(upid) });
}

function readLog(pve: Pve, path: string, options: WaitOptions) {
  const last: string[] = [];
  let seen = 0;
  let begun = false;
  return {
    begun: () => begun,
    last: () => last,
    async more(): Promise<void> {
      begun = true;
      const lines = await pve.get<readonly { n: number; t: string }[]>(
        path,
        { start: seen, limit: 5000 },
        requestOptions(options),
      );
      let progress: TaskProgress | undefined;
      for (const { n, t } of lines) {
        // What PVE gives for a log that is still empty; a line of it would come with another number.
        if (n <= seen || (n === 1 && t === 'no content')) continue;
        seen = n;
        last.push(t);
        options.onLog?.(t);
        progress = progressOf(t) ?? progress;
      }
      last.splice(0, last.length - LOG_LINES);
      if (progress) options.onProgress?.(progress);
    },
  };
}

function requestOptions(options: WaitOptions): { signal?: AbortSignal } {
  return options.signal ? { signal: options.signal } : {};
}
