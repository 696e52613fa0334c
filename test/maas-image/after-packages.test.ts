import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildFailure } from '../../src/maas-image/build-failure.ts';
import { ASSETS } from './edges.ts';

/** The real hook on a root of a few files; only chroot(8) is a script, which runs what lies in that root. */
let folder: string;
const at = (path: string): string => join(folder, path);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'after-packages-'));
  for (const path of [
    'bin',
    'root/tmp',
    'root/curtin',
    'root/usr/lib/proxwright',
    'work/files/usr/lib/proxwright',
  ])
    mkdirSync(at(path), { recursive: true });
  writeFileSync(at('work/files/usr/lib/proxwright/write-hosts'), '');
  put(
    'bin/chroot',
    '#!/bin/sh\nroot=$1; shift\ncase "$*" in *"/tmp/customise") exec "$root/tmp/customise";; esac\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a customise script that fails ends the build, and its last lines are shown', async () => {
  put(
    'work/customise',
    '#!/bin/sh\nfor n in 1 2 3 4 5 6; do echo "line $n"; done\necho "cp: cannot stat /no/such" >&2\nexit 3\n',
  );
  const { code, lines } = await hook();
  expect(code).toBe(3);
  expect(lines).toContain('proxwright: failed in step: customise script (exit 3)');
  const error = buildFailure(lines, { exitCode: 1, log: '/log' });
  expect(error.message).toBe('the customise script failed with exit code 3');
  expect(error.why?.split('\n').map((line) => line.trim())).toEqual([
    'line 3',
    'line 4',
    'line 5',
    'line 6',
    'cp: cannot stat /no/such',
  ]);
});

test('what this machine is called, and how its files are protected, does not get into the image', async () => {
  for (const path of [
    'root/etc/apt/sources.list.d',
    'root/var/log',
    'root/boot',
    'work/sources',
    'work/user',
  ])
    mkdirSync(at(path), { recursive: true });
  put('work/sources/debian.sources', '');
  writeFileSync(at('root/etc/hostname'), 'mine\n', { mode: 0o755 });
  expect(await hook({ ARCH: 'arm64' })).toMatchObject({ code: 0 });
  expect(readFileSync(at('root/etc/hostname'), 'utf8')).toBe('localhost\n');
  expect(statSync(at('root/etc/hostname')).mode & 0o777).toBe(0o644);
});

test('the step that fails is named', async () => {
  mkdirSync(at('work/extra'));
  writeFileSync(at('work/extra/list'), '0\t0644\t/etc/motd\n');
  const { code, lines } = await hook();
  expect(code).not.toBe(0);
  expect(buildFailure(lines, { exitCode: 1, log: '/log' }).message).toBe(
    `setting up the image failed in the step "files" (exit code ${code})`,
  );
});

function put(path: string, text: string): void {
  writeFileSync(at(path), text);
  chmodSync(at(path), 0o755);
}

function hook(more: Record<string, string> = {}): Promise<{ code: number; lines: string[] }> {
  const env = {
    PATH: `${at('bin')}:${process.env.PATH}`,
    WORK: at('work'),
    PROXMOX: 'no',
    ARCH: 'amd64',
    ...more,
  };
  // As mmdebstrap has it, both go to one log.
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-c', 'sh "$0" "$1" 2>&1', join(ASSETS, 'chroot/after-packages'), at('root')],
      { env },
      (error, stdout) => resolve({ code: error ? Number(error.code) : 0, lines: stdout.split('\n') }),
    );
  });
}
