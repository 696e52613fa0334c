import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedBinary } from './binary.ts';
import { root, tool } from './environment.ts';

/** The binary alone: a Debian that has nothing but its essential packages. */
const run = promisify(execFile);
const mmdebstrap = tool('mmdebstrap', 'mmdebstrap');
const isRoot = process.geteuid?.() === 0;
const name = isRoot ? mmdebstrap.name : ' (skipped: needs root for chroot)';

let place: string;

describe.skipIf(mmdebstrap.missing || (!isRoot && !process.env.CI))(
  `the binary in an empty Debian${name}`,
  () => {
    beforeAll(async () => {
      place = mkdtempSync(path.join(tmpdir(), 'proxwright-chroot-'));
      await run('mmdebstrap', ['--variant=minbase', '--quiet', 'bookworm', path.join(place, 'debian')], {
        timeout: 240_000,
      });
      copyFileSync(shippedBinary(), inside('usr/local/bin/proxwright'));
      mkdirSync(inside('srv/lab'), { recursive: true });
      cpSync(path.join(root, 'src/workflows/cluster/examples'), inside('srv/lab/examples'), {
        recursive: true,
      });
    }, 300_000);

    afterAll(() => {
      if (place) rmSync(place, { recursive: true, force: true });
    });

    const inside = (file: string): string => path.join(place, 'debian', file);
    const proxwright = (args: readonly string[]) =>
      run('/usr/sbin/chroot', [path.join(place, 'debian'), '/usr/local/bin/proxwright', ...args], {
        env: { PATH: '/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8' },
      });

    test('has no Node', () => {
      expect(existsSync(inside('usr/bin/node'))).toBe(false);
    });

    test('--version', async () => {
      expect((await proxwright(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    });

    test('validate', async () => {
      expect((await proxwright(['validate', '/srv/lab/examples/three-servers.yaml'])).stdout).toContain(
        'fine',
      );
    });

    test('a cluster in the sandbox, and then nothing to do', async () => {
      const args = [
        '--target',
        'sandbox',
        '--json',
        '--non-interactive',
        '/srv/lab/examples/three-servers.yaml',
      ];
      const last = async () => JSON.parse((await proxwright(args)).stdout.trim().split('\n').at(-1) ?? '');
      expect(await last()).toMatchObject({ status: 'ok', failed: 0 });
      expect(await last()).toMatchObject({ status: 'ok', changed: 0 });
    }, 60_000);
  },
);
