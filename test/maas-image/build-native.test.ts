import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError, RunError } from '../../src/errors.ts';
import { buildNative } from '../../src/maas-image/build-native.ts';
import type { ImageEdges } from '../../src/maas-image/edges.ts';
import { startsHere } from '../../src/maas-image/this-machine.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from './edges.ts';

/** Here mmdebstrap is a script that says what the real one would: what matters is what we make of it. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  for (const name of ['bin', 'out', 'work']) mkdirSync(join(folder, name));
  tool('unshare', 'while [ "$1" != sh ]; do shift; done; shift 4; exec "$@"');
  tool('arch-test', 'true');
  tool('pigz', 'exec gzip -n');
  tool('hostname', 'true');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = [
  'echo "I: running apt-get update..." >&2',
  'printf "b\\t2\\tall\\na\\t1\\tamd64\\n" > "$WORK/packages.tsv"',
  'echo 6.1-test > "$WORK/kernels"; echo 10240 > "$WORK/size"',
  'echo "I: creating tarball..." >&2',
  'tar -c --format=ustar -C "$WORK" kernels',
].join('\n');

test('a build leaves the tarball, its manifest and its log', async () => {
  tool('mmdebstrap', GOOD);
  const edges = machine();
  const manifest = await buildNative(spec(), edges);
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([
    'image.log',
    'image.manifest.json',
    'image.tar.gz',
  ]);
  expect(manifest).toMatchObject({
    engine: 'native',
    kernels: ['6.1-test'],
    packages: [
      { name: 'a', version: '1', arch: 'amd64' },
      { name: 'b', version: '2', arch: 'all' },
    ],
    tarball: { file: 'image.tar.gz', unpacked: 10_240 },
  });
  expect(JSON.parse(readFileSync(join(folder, 'out/image.manifest.json'), 'utf8'))).toEqual(manifest);
  expect(manifest.times.phases.map(({ phase }) => phase)).toEqual(['prepare', 'index', 'pack']);
  expect(readdirSync(join(folder, 'work'))).toEqual([]);
});

describe('what goes wrong is told, and leaves nothing but the log', () => {
  test.each<[string, string, RegExp, RegExp]>([
    [
      'a script that fails',
      'echo "cp: no such file" >&2; echo "proxwright: failed in step: customise script (exit 3)" >&2; exit 1',
      /the customise script failed with exit code 3/,
      /cp: no such file/,
    ],
    [
      'a script whose interpreter the image does not have',
      `echo "env: '/tmp/customise': No such file or directory" >&2; echo "proxwright: failed in step: customise script (exit 127)" >&2; exit 1`,
      /the customise script cannot be started/,
      /No such file or directory/,
    ],
    [
      'a script that prints what is no text',
      `printf '\\033[31mred\\033[0m\\007\\302\\233 words\\n' >&2; echo "proxwright: failed in step: customise script (exit 7)" >&2; exit 1`,
      /the customise script failed with exit code 7/,
      /^red\?\? words$/,
    ],
    [
      'a bad signature',
      'echo "W: GPG error: http://m/debian trixie InRelease: The following signatures were invalid: BADSIG 00" >&2; exit 1',
      /a repository has no good signature: http:\/\/m\/debian/,
      /BADSIG/,
    ],
    [
      'a full disk in the chroot',
      'echo "dpkg: error: cannot write: No space left on device" >&2; exit 1',
      /there is no space left on the disk/,
      /cannot write/,
    ],
    [
      'no network',
      `echo "E: Failed to fetch http://m/debian  Temporary failure resolving 'm'" >&2; exit 1`,
      /a repository cannot be reached: http:\/\/m\/debian/,
      /Temporary failure/,
    ],
    [
      'an unknown package',
      'echo "E: Unable to locate package nonsense" >&2; exit 1',
      /there is no package "nonsense"/,
      /nonsense/,
    ],
    [
      'a package whose postinst fails',
      'echo "dpkg: error processing package bad (--configure):" >&2; echo " subprocess returned error exit status 1" >&2; exit 1',
      /a package could not be installed: bad/,
      /status 1/,
    ],
    ['something else', 'echo "E: whatever" >&2; exit 7', /mmdebstrap failed \(exit code 7\)/, /whatever/],
  ])('%s', async (_, script, message, why) => {
    tool('mmdebstrap', `head -c 200000 /dev/zero\n${script}`);
    const error = await buildNative(spec(), machine()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect((error as RunError).message).toMatch(message);
    expect((error as RunError).why).toMatch(why);
    expect((error as RunError).where).toBe(join(folder, 'out/image.log'));
    expect(readdirSync(join(folder, 'out'))).toEqual(['image.log']);
    expect(readdirSync(join(folder, 'work'))).toEqual([]);
  });

  test('a cancel in the middle', async () => {
    tool('mmdebstrap', 'touch "$WORK/begun"; head -c 100000 /dev/zero; sleep 60 & wait');
    const controller = new AbortController();
    const building = buildNative(spec(), machine({ signal: controller.signal }));
    building.catch(() => {});
    await expect.poll(() => readdirSync(join(folder, 'work')).length, { timeout: 10_000 }).toBe(1);
    const [work = ''] = readdirSync(join(folder, 'work'));
    await expect.poll(() => readdirSync(join(folder, 'work', work)), { timeout: 10_000 }).toContain('begun');
    controller.abort();
    await expect(building).rejects.toBeInstanceOf(CancelledError);
    expect(readdirSync(join(folder, 'out'))).toEqual(['image.log']);
    expect(readdirSync(join(folder, 'work'))).toEqual([]);
  });
});

test.skipIf(process.geteuid?.() !== 0)(
  'a full disk in the middle is told, and the half tarball goes (needs root)',
  async () => {
    tool('mmdebstrap', `${GOOD}\nhead -c 400000 /dev/urandom`);
    const small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', small]);
    try {
      const building = buildNative(spec({ output: join(small, 'image.tar.gz') }), machine());
      const error = await building.catch((thrown: unknown) => thrown);
      expect((error as RunError).message).toBe('the disk is full');
      expect((error as RunError).where).toBe(small);
      expect(readdirSync(small)).toEqual(['image.log']);
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  },
);

describe('what is missing is told before anything begins', () => {
  test('root', async () => {
    await expect(buildNative(spec(), machine({ uid: 1000 }))).rejects.toThrow('the native engine needs root');
  });

  test('mmdebstrap, with its package', async () => {
    const edges = machine({
      start: startsHere({ variables: { PATH: join(folder, 'bin') }, sendSignal: () => {} }),
    });
    tool('sh', 'exec /bin/sh "$@"');
    const error = await buildNative(spec(), edges).catch((thrown: unknown) => thrown);
    expect((error as RunError).message).toMatch(/^mmdebstrap and .*not installed$/);
    expect((error as RunError).fix).toMatch(/^apt-get install mmdebstrap /);
  });

  test('what runs programs of another architecture, with its package', async () => {
    tool('arch-test', '[ "$1" = amd64 ]');
    const error = await buildNative(spec({ arch: 'arm64' }), machine()).catch((thrown: unknown) => thrown);
    expect((error as RunError).message).toBe('this machine cannot run programs of arm64');
    expect((error as RunError).fix).toMatch(/^apt-get install qemu-user-static binfmt-support/);
  });

  test('the folder of the output', async () => {
    const given = spec({ output: join(folder, 'nowhere/image.tar.gz') });
    await expect(buildNative(given, machine())).rejects.toThrow('the folder for the image is not there');
  });

  test('the customise script, and the key of Debian', async () => {
    await expect(buildNative(spec({ script: '/no/such' }), machine())).rejects.toThrow(
      'the customise script is not there',
    );
    const script = join(folder, 'customise');
    writeFileSync(script, '#!/bin/sh\r\ntrue\r\n');
    await expect(buildNative(spec({ script }), machine())).rejects.toThrow(
      'the customise script has the line ends of Windows',
    );
    await expect(buildNative(spec({ debian_keyring: '/no/such' }), machine())).rejects.toThrow(
      'the key of Debian is not there',
    );
  });

  test('the right key of Proxmox VE', async () => {
    const fetch: ImageEdges['fetch'] = async () => ({ status: 200, body: Buffer.from('another key') });
    const error = await buildNative(spec({ proxmox: 'no-subscription' }), machine({ fetch })).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as RunError).message).toBe(
      'the key of the repository is not the expected one; nothing was built',
    );
    expect((error as RunError).why).toContain(
      '136673be77aba35dcce385b28737689ad64fd785a797e57897589aed08db6e45',
    );
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  test('a way to the key', async () => {
    const fetch: ImageEdges['fetch'] = async () => {
      throw new TypeError('fetch failed', {
        cause: new Error('getaddrinfo ENOTFOUND enterprise.proxmox.com'),
      });
    };
    const error = await buildNative(spec({ proxmox: 'enterprise' }), machine({ fetch })).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as RunError).why).toBe('getaddrinfo ENOTFOUND enterprise.proxmox.com');
  });
});

function spec(given: object = {}) {
  writeFileSync(join(folder, 'debian.gpg'), '');
  return maasImageAnswers.parse({
    proxmox: 'none',
    output: join(folder, 'out/image.tar.gz'),
    work_dir: join(folder, 'work'),
    debian_keyring: join(folder, 'debian.gpg'),
    ...given,
  });
}

function machine(given: Partial<ImageEdges> = {}): ImageEdges {
  const variables = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const sendSignal = (pid: number, signal: NodeJS.Signals): void => void process.kill(pid, signal);
  return testEdges({ uid: 0, start: startsHere({ variables, sendSignal }), ...given });
}

function tool(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}
