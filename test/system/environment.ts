import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Env } from '../../src/env.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/** Whether a tool is there; where it is not, a test is skipped with its package's name, and fails in CI. */
export function tool(command: string, packageName: string): { missing: boolean; name: string } {
  const found = spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
  // In CI the test runs, and fails with the tool's own "not found".
  const missing = !found && process.env.CI === undefined;
  return { missing, name: missing ? ` (skipped: needs the Debian package ${packageName})` : '' };
}

/** What a child process may see: nothing of CI, in whose presence Ink draws nothing. */
export function cleanEnvironment(home: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    XDG_STATE_HOME: `${home}/state`,
    PROXWRIGHT_STATE: `${home}/runs`,
    ...more,
  };
}

/** An Env for calling commands within the test's own process. */
export function envIn(home: string, more: Partial<Env> = {}): Env {
  return {
    variables: cleanEnvironment(home),
    cwd: home,
    home,
    uid: 0,
    user: 'root',
    pid: process.pid,
    machine: 'test',
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
    isAlive: (pid) => pid === process.pid,
    stop: () => {},
    sendSignal: () => false,
    self: [process.execPath],
    arch: process.arch,
    temporary: home,
    ...more,
  };
}
