import { expect, test } from 'vitest';
import { ApiError, TargetError, TaskError } from '../../src/errors.ts';
import type { Pve } from '../../src/pve/pve.ts';
import { progressOf } from '../../src/pve/task-progress.ts';
import { waitForTask } from '../../src/pve/tasks.ts';
import { parseUpid } from '../../src/pve/upid.ts';

const UPID = 'UPID:pve1:00001970:00089C67:6B00B826:qmclone:100:ci@pve!t1:';

interface Script {
  /** Milliseconds at which the task ends. */
  ends: number;
  exitStatus?: string;
  /** Line → the time at which it is written. */
  log?: Readonly<Record<string, number>>;
  /** Between these times the node fails with this. */
  fails?: { from: number; to: number; error: Error };
}

/** A node that plays one task against a clock that moves only by sleeping. */
function play({ ends, exitStatus = 'OK', log = {}, fails }: Script) {
  const calls: string[] = [];
  let time = 0;
  const get = async (path: string, params: { start?: number } = {}): Promise<unknown> => {
    calls.push(path.endsWith('/log') ? `log ${params.start}` : 'status');
    if (fails && time >= fails.from && time < fails.to) throw fails.error;
    if (path.endsWith('/status'))
      return time < ends ? { status: 'running' } : { status: 'stopped', exitstatus: exitStatus };
    const lines = Object.keys(log).filter((line) => log[line]! <= time);
    if (lines.length === 0) return [{ n: 1, t: 'no content' }];
    return lines.map((t, at) => ({ n: at + 1, t })).slice(params.start);
  };
  const seen = { lines: [] as string[], progress: [] as number[] };
  const options = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
    onLog: (line: string) => void seen.lines.push(line),
    onProgress: ({ fraction }: { fraction: number }) => void seen.progress.push(fraction),
  };
  return { pve: { get } as unknown as Pve, options, calls, seen, time: () => time };
}

test('a quick task costs its polls and no more', async () => {
  const { pve, options, calls, time } = play({ ends: 150, log: { a: 0 } });
  expect(await waitForTask(pve, UPID, options)).toEqual({ exitStatus: 'OK', warnings: 0 });
  expect(calls.every((call) => call === 'status')).toBe(true);
  expect(calls.length).toBeLessThanOrEqual(6);
  expect(time()).toBeLessThan(250);
});

test('a long task: its log once, line by line, its progress, at most one poll a second', async () => {
  const log = {
    'transferred 1.0 GiB of 4.0 GiB (25.00%)': 2_000,
    'transferred 4.0 GiB of 4.0 GiB (100.00%)': 30_000,
  };
  const { pve, options, calls, seen } = play({ ends: 60_000, log });
  await waitForTask(pve, UPID, options);
  expect(seen.lines).toEqual(Object.keys(log));
  expect(seen.progress).toEqual([0.25, 1]);
  expect(calls.filter((call) => call === 'status').length).toBeLessThan(75);
});

test('warnings are success', async () => {
  const { pve, options, seen } = play({ ends: 10, exitStatus: 'WARNINGS: 2', log: { 'WARN: a': 0 } });
  expect(await waitForTask(pve, UPID, options)).toEqual({ exitStatus: 'WARNINGS: 2', warnings: 2 });
  expect(seen.lines).toEqual(['WARN: a']);
});

test('anything else is a TaskError with the last lines of the log', async () => {
  const log = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`line ${at}`, 0]));
  const { pve, options } = play({ ends: 10, exitStatus: "bridge 'vmbr9' does not exist", log });
  const error = (await waitForTask(pve, UPID, options).catch((reason: unknown) => reason)) as TaskError;
  expect(error).toBeInstanceOf(TaskError);
  expect(error.message).toBe("bridge 'vmbr9' does not exist");
  expect(error.where).toBe('qmclone 100 on pve1');
  expect(error.log).toHaveLength(20);
  expect(error.log.at(-1)).toBe('line 49');
});

test('a task that ends without a word is no success', async () => {
  const { pve, options } = play({ ends: 10, exitStatus: '' });
  await expect(waitForTask(pve, UPID, options)).rejects.toThrow('without saying how');
});

const gateway = new ApiError('gateway', { status: 502, method: 'GET', path: '/x' });

test('half a minute without answers is outlasted, more than a minute is not', async () => {
  const short = play({ ends: 40_000, fails: { from: 1_000, to: 31_000, error: gateway } });
  expect(await waitForTask(short.pve, UPID, short.options)).toEqual({ exitStatus: 'OK', warnings: 0 });
  const long = play({ ends: 40_000, fails: { from: 1_000, to: 90_000, error: gateway } });
  await expect(waitForTask(long.pve, UPID, long.options)).rejects.toBe(gateway);
  expect(long.time()).toBeGreaterThan(60_000);
});

test('an error that lasts ends the wait at once', async () => {
  const error = new ApiError('no', { status: 403, method: 'GET', path: '/x' });
  const { pve, options, calls } = play({ ends: 40_000, fails: { from: 0, to: 90_000, error } });
  await expect(waitForTask(pve, UPID, options)).rejects.toBe(error);
  expect(calls).toHaveLength(1);
});

test('what is no UPID', async () => {
  const { pve, options } = play({ ends: 0 });
  await expect(waitForTask(pve, 'OK', options)).rejects.toThrow(TargetError);
});

test('the parts of a UPID', () => {
  expect(parseUpid(UPID)).toEqual({
    node: 'pve1',
    pid: 0x1970,
    startTime: 0x6b00b826,
    type: 'qmclone',
    id: '100',
    user: 'ci@pve!t1',
  });
  expect(parseUpid('UPID:pve:000018E0:00089A91:6B00B822:download:local%3Aimport:root@pam:')?.id).toBe(
    'local%3Aimport',
  );
  expect(parseUpid('UPID:pve:000018E0:00089A91:6B00B822:startall::root@pam:')?.id).toBe('');
  for (const text of ['', 'UPID', 'UPID:pve:1:2:3:qmclone:100:root@pam:', `${UPID}x`])
    expect(parseUpid(text)).toBeUndefined();
});

test.each([
  ['transferred 1.1 GiB of 1.5 GiB (71.20%)', 0.712],
  ['drive-scsi0: transferred 512.0 MiB of 32.0 GiB (1.56%) in 3s', 0.0156],
  ['  51200K .......... .......... .......... .......... .......... 45%  112M 3s', 0.45],
  ['migration active, transferred 1.0 GiB of 4.0 GiB VM-state, 112.1 MiB/s', 0.25],
  ['TASK OK', undefined],
  ['transferred 0.0 B of 0.0 B', undefined],
  ['overcommitted to 140%', undefined],
])('%s', (line, fraction) => {
  const progress = progressOf(line)?.fraction;
  if (fraction === undefined) expect(progress).toBeUndefined();
  else expect(progress).toBeCloseTo(fraction, 4);
});
