import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { tool } from '../system/environment.ts';
import { ASSETS } from './edges.ts';

const scripts = [
  'chroot/before-packages',
  'chroot/after-packages',
  'engines/build',
  'engines/docker/entrypoint',
];
const shellcheck = tool('shellcheck', 'shellcheck');

describe.each(scripts)('%s', (script) => {
  const file = path.join(ASSETS, script);

  test('is a script that a POSIX shell reads', () => {
    const { status, stderr } = spawnSync('sh', ['-n', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  test.skipIf(shellcheck.missing)(`has nothing that shellcheck knows to be wrong${shellcheck.name}`, () => {
    const { status, stdout } = spawnSync('shellcheck', ['--shell=sh', file], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });
});
