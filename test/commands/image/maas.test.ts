import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { image } from '../../../src/commands/image.ts';
import { CancelledError, RunError, TargetError, UsageError } from '../../../src/errors.ts';
import { FakeMaas, KEY } from '../../maas/fake-maas.ts';
import { envIn } from '../../system/environment.ts';

let home: string;
let maas: FakeMaas;
let url: string;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'image-maas-'));
  maas = new FakeMaas();
  url = await maas.start();
  writeFileSync(path.join(home, 'key'), `${KEY}\n`, { mode: 0o600 });
  // Random bytes stay as long as they are: three pieces.
  const content = execFileSync('head', ['-c', String(9 * 2 ** 20), '/dev/urandom'], { maxBuffer: 2 ** 24 });
  writeFileSync(path.join(home, 'image.tar.gz'), gzipSync(content, { level: 1 }));
});
afterEach(() => {
  maas.stop();
  rmSync(home, { recursive: true });
});

describe('image upload', () => {
  test('sends the image in pieces under its bare name, and the second time not at all', async () => {
    const { stderr } = await upload('--name', 'custom/proxmox-ve-9');
    const { size } = statSync(path.join(home, 'image.tar.gz'));
    expect(maas.pieces.length).toBe(Math.ceil(size / 2 ** 22));
    expect(maas.pieces.reduce((sum, one) => sum + one, 0)).toBe(size);
    expect(maas.fields).toEqual([
      expect.objectContaining({
        name: 'proxmox-ve-9',
        architecture: 'amd64/generic',
        filetype: 'tgz',
        size: String(size),
        base_image: 'ubuntu/jammy',
      }),
    ]);
    expect(stderr).toContain('Deploy it with distro_series=proxmox-ve-9');

    const again = await upload('--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      version: 1,
      name: 'proxmox-ve-9',
      bytes: size,
      unchanged: true,
    });
    expect(maas.fields).toHaveLength(1);
  });

  test('another image under the same name becomes its newest version, whose base image MAAS keeps', async () => {
    await upload();
    writeFileSync(path.join(home, 'image.tar.gz'), gzipSync('another'));
    expect(JSON.parse((await upload('--json')).stdout)).toMatchObject({ unchanged: false });
    expect(maas.fields[1]).not.toHaveProperty('base_image');
    const { stdout } = await run('list', '--url', url, '--api-key-file', 'key');
    expect(stdout).toMatch(/^proxmox-ve-9 +Proxmox VE 9 +amd64\/generic +complete/m);
  });

  test.each(['3.4', '3.6', '3.8'] as const)(
    'MAAS %s: waits while it is busy, and until it has checked all',
    async (version) => {
      maas.version = version;
      maas.busy = 1;
      maas.slow = 1;
      expect(JSON.parse((await upload('--json')).stdout)).toMatchObject({ unchanged: false });
      expect(maas.requests.filter((one) => one.startsWith('PUT'))).toHaveLength(maas.pieces.length + 1);
    },
  );

  test('a connection that breaks in the middle is told with how far it came', async () => {
    maas.cutAt = 2;
    const error = await failure(upload());
    expect(error).toBeInstanceOf(TargetError);
    expect(error.where).toBe('after 4 of 9 MB');
    expect(error.fix).toMatch(/upload again|what lies between/);
  });

  test('a cancel ends it', async () => {
    const controller = new AbortController();
    maas.busy = 3;
    const going = upload('--signal', controller.signal);
    await expect.poll(() => maas.requests.filter((one) => one.startsWith('PUT')).length).toBeGreaterThan(0);
    controller.abort();
    expect(await failure(going)).toBeInstanceOf(CancelledError);
  });

  test('a key that is refused, and the clocks as its other cause', async () => {
    maas.clockOff = 400;
    const error = await failure(upload());
    expect(error.message).toBe('MAAS does not take the API key (401)');
    expect(error.why).toBe('Authorization Error: Expired timestamp');
    expect(error.fix).toContain('compare the clocks');
  });

  test('an image that is not what its manifest says is not sent', async () => {
    const { size } = statSync(path.join(home, 'image.tar.gz'));
    const tarball = { file: 'image.tar.gz', sha256: '00'.repeat(32), bytes: size, unpacked: 1 };
    const manifest = {
      version: 1,
      proxmox: 'none',
      arch: 'amd64',
      packages: [],
      kernels: [],
      tarball,
      times: { started: '2026-01-01T00:00:00Z' },
    };
    writeFileSync(path.join(home, 'image.manifest.json'), JSON.stringify(manifest));
    const error = await failure(upload());
    expect(error).toBeInstanceOf(RunError);
    expect(error.message).toBe('the image is not what its manifest says');
    expect(maas.requests).toEqual([]);
  });

  test.each<[string, string[], RegExp]>([
    ['no MAAS', ['upload', 'image.tar.gz'], /^no MAAS is named$/],
    [
      'no key',
      ['upload', 'image.tar.gz', '--url', 'http://127.0.0.1:9/MAAS'],
      /^there is no API key of MAAS$/,
    ],
    ['no address', ['upload', 'image.tar.gz', '--url', 'maas'], /^--url is no address: maas/],
    ['a name in the address', ['upload', '--url', 'http://u:p@maas/MAAS'], /has a name or password in it$/],
    [
      'a key file that is not there',
      ['upload', '--url', 'http://m/MAAS', '--api-key-file', 'no'],
      /cannot be read$/,
    ],
    [
      'a key that is none',
      ['upload', '--url', 'http://m/MAAS', '--api-key-file', 'image.yaml'],
      /is no API key of MAAS$/,
    ],
    [
      'Debian as base image',
      ['upload', '--url', 'http://m/MAAS', '--api-key-file', 'key', '--base-image', 'debian/trixie'],
      /takes no base image/,
    ],
    [
      'a bad name',
      ['upload', '--url', 'http://m/MAAS', '--api-key-file', 'key', '--name', 'a b'],
      /is no name for an image/,
    ],
    ['two files', ['upload', 'a', 'b'], /wants one FILE$/],
    ['a wrong option', ['upload', '--key', 'x'], /Unknown option '--key'/],
  ])('%s is told', async (_, argv, message) => {
    writeFileSync(path.join(home, 'image.yaml'), 'version: 1\n');
    const error = await failure(run(...argv));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
  });

  test.each<[string, string, RegExp]>([
    ['no such file', 'none.tar.gz', /^there is no such image$/],
    ['not gzipped', 'key', /^this is not a gzipped tarball$/],
    ['empty', 'empty', /^this file is empty$/],
  ])('%s is told before anything is sent', async (_, file, message) => {
    writeFileSync(path.join(home, 'empty'), '');
    const error = await failure(run('upload', file, '--url', url, '--api-key-file', 'key'));
    expect(error.message).toMatch(message);
    expect(maas.requests).toEqual([]);
  });

  test('an address that leads elsewhere is no API', async () => {
    const error = await failure(run('upload', 'image.tar.gz', '--url', `${url}/ui`, '--api-key-file', 'key'));
    expect(error.message).toMatch(/does not have this|not the API of MAAS/);
  });

  test('a key that others can read is warned of', async () => {
    writeFileSync(path.join(home, 'open'), KEY, { mode: 0o644 });
    const { stderr } = await run('list', '--url', url, '--api-key-file', 'open');
    expect(stderr).toContain('warning: others can read the key');
  });
});

test('image --help is printed, with every command', async () => {
  const { stdout } = await run('--help');
  for (const name of ['build', 'verify', 'boot', 'network', 'upload', 'list'])
    expect(stdout).toContain(`proxwright image ${name} `);
  expect((await run('upload', '--help')).stdout).toBe(stdout);
});

test('image list without MAAS and without an image says so, as JSON too', async () => {
  expect((await run('list')).stdout).toBe('no image of ours in this folder\n');
  expect(JSON.parse((await run('list', '--json')).stdout)).toEqual({ version: 1, local: [], maas: null });
});

function upload(...more: (string | AbortSignal)[]): Promise<{ stdout: string; stderr: string }> {
  const signal = more.find((one) => one instanceof AbortSignal);
  const words = more.filter((one) => typeof one === 'string' && one !== '--signal') as string[];
  return run(...['upload', 'image.tar.gz', '--url', url, '--api-key-file', 'key', ...words], signal ?? '');
}

async function run(...given: (string | AbortSignal)[]): Promise<{ stdout: string; stderr: string }> {
  const argv = given.filter((one) => typeof one === 'string' && one !== '') as string[];
  const signal = given.find((one) => one instanceof AbortSignal) ?? new AbortController().signal;
  const said = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof said) =>
    ({ columns: 100, write: (text: string) => (said[name] += text) }) as unknown as NodeJS.WriteStream;
  const env = envIn(home, { stdout: sink('stdout'), stderr: sink('stderr'), signal });
  await image({ command: 'image', operands: [], values: {}, switches: new Set(), rest: argv } as never, env);
  return said;
}

async function failure(promise: Promise<unknown>): Promise<RunError> {
  return promise.then(
    () => Promise.reject(new Error('nothing failed')),
    (error: RunError) => error,
  );
}
