import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { verifyImage } from '../../src/maas-image/verify.ts';
import { testEdges } from './edges.ts';
import { SmallImage } from './small-image.ts';

let folder: string;
let image: SmallImage;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  image = new SmallImage(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an image as it should be passes every check', async () => {
  const findings = await verifyImage(image.pack(), testEdges());
  expect(findings.filter(({ severity }) => severity !== 'pass')).toEqual([]);
  expect(findings.map(({ id }) => id)).toContain('curtin-hooks');
});

describe.each([
  ['--xz', 'xz'],
  ['--bzip2', 'bz2'],
])('compressed by %s', (how) => {
  test('is read as well', async () => {
    const findings = await verifyImage(image.pack(how), testEdges());
    expect(findings.filter(({ severity }) => severity === 'fail')).toEqual([]);
  });
});

test.each<[string, string, string | RegExp, (image: SmallImage) => void]>([
  [
    'a missing package',
    'packages',
    'not installed: cloud-init',
    ({ packages }) => void packages.splice(packages.indexOf('cloud-init'), 1),
  ],
  ['ifupdown', 'ifupdown', 'ifupdown is installed', ({ packages }) => void packages.push('ifupdown')],
  ['no kernel', 'kernel', 'there is no kernel in /boot', (one) => one.remove('boot/vmlinuz-6.12.1-amd64')],
  [
    'no initramfs',
    'kernel',
    'no initramfs for 6.12.1-amd64',
    (one) => one.remove('boot/initrd.img-6.12.1-amd64'),
  ],
  [
    "Debian's kernel beside Proxmox'",
    'kernel',
    /^Debian's kernel is in it/,
    ({ packages }) => void packages.push('proxmox-ve'),
  ],
  [
    'host keys',
    'host-keys',
    'left over: etc/ssh/ssh_host_rsa_key',
    (one) => one.put('etc/ssh/ssh_host_rsa_key', 'x'),
  ],
  ['a machine-id', 'machine-id', '/etc/machine-id is not empty', (one) => one.put('etc/machine-id', 'abc\n')],
  ['no machine-id', 'machine-id', '/etc/machine-id is missing', (one) => one.remove('etc/machine-id')],
  ['keys of root', 'root-access', /^root has SSH keys/, (one) => one.put('root/.ssh/authorized_keys', 'x')],
  [
    'a password of root',
    'root-access',
    'root has a password',
    (one) => one.put('etc/shadow', 'root:$y$x:1::::::\n'),
  ],
  [
    'an empty password',
    'root-access',
    'root has an empty password',
    (one) => one.put('etc/shadow', 'root::1::::::\n'),
  ],
  ['traces', 'traces', 'left over: proxmox_install_mode', (one) => one.put('proxmox_install_mode', '')],
  [
    'name servers',
    'resolv-conf',
    'it has name servers: 10.1.1.1',
    (one) => one.put('etc/resolv.conf', 'nameserver 10.1.1.1\n'),
  ],
  [
    'sources of the build',
    'sources',
    /^a source is left of the build: etc\/apt\/sources\.list\.d\/0000sources\.list$/,
    (one) =>
      one.put('etc/apt/sources.list.d/0000sources.list', 'deb http://deb.debian.org/debian trixie main\n'),
  ],
  [
    'no sources',
    'sources',
    'apt has no source for Debian',
    (one) => one.remove('etc/apt/sources.list.d/debian.sources'),
  ],
  [
    'no key',
    'sources',
    /^keys that sources name are not there/,
    (one) => one.remove('usr/share/keyrings/debian-archive-keyring.gpg'),
  ],
  [
    'cloud-init with a network',
    'network',
    /^cloud-init would set up/,
    (one) => one.remove('etc/cloud/cloud.cfg.d/95.cfg'),
  ],
  [
    'a netplan config',
    'network',
    'netplan has a config: etc/netplan/x.yaml',
    (one) => one.put('etc/netplan/x.yaml', ''),
  ],
  ['no hook', 'curtin-hooks', '/curtin/curtin-hooks is missing', (one) => one.remove('curtin')],
  [
    'a hook that cannot be run',
    'curtin-hooks',
    '/curtin/curtin-hooks is not executable',
    (one) => one.put('curtin/curtin-hooks', '#!/usr/bin/python3\n'),
  ],
  [
    'a hook with a mistake',
    'curtin-hooks',
    /^Python cannot parse it: SyntaxError/,
    (one) => one.put('curtin/curtin-hooks', '#!/usr/bin/python3\ndef (\n', 0o755),
  ],
  [
    'a hook that needs more',
    'curtin-hooks',
    /: requests$/,
    (one) => one.put('curtin/curtin-hooks', '#!/usr/bin/python3\nimport requests, yaml\n', 0o755),
  ],
  [
    'another system',
    'system',
    'it is Fedora, not Debian',
    (one) => one.put('etc/os-release', 'PRETTY_NAME="Fedora"\nID=fedora\n'),
  ],
])('%s is found', async (_, id, message, spoil) => {
  spoil(image);
  const findings = await verifyImage(image.pack(), testEdges());
  const failed = findings.filter(({ severity }) => severity === 'fail');
  expect(failed.map((finding) => finding.id)).toContain(id);
  expect(failed.find((finding) => finding.id === id)?.message).toMatch(message);
  expect(failed.every(({ fix }) => fix)).toBe(true);
});

test('a resolv.conf that is a link into /run is fine', async () => {
  image.link('etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf');
  const findings = await verifyImage(image.pack(), testEdges());
  expect(findings.find(({ id }) => id === 'resolv-conf')?.severity).toBe('pass');
});

test('os-release may be the usual link, and long paths are whole', async () => {
  image.put('usr/lib/os-release', 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n');
  image.link('etc/os-release', '../usr/lib/os-release');
  image.put(`${'a-long-folder-name/'.repeat(15)}file`, 'x');
  const findings = await verifyImage(image.pack(), testEdges());
  expect(findings.find(({ id }) => id === 'system')?.message).toBe('Debian GNU/Linux 13 (trixie)');
});

test('a hook in the image is never run', async () => {
  const mark = join(folder, 'was-run');
  image.put('curtin/curtin-hooks', `#!/usr/bin/python3\nopen(${JSON.stringify(mark)}, "w")\n`, 0o755);
  await verifyImage(image.pack(), testEdges());
  expect(() => readFileSync(mark)).toThrow(/ENOENT/);
});

test.each<[string, string, string, string[]]>([
  ['a path with dots', 'outside', '../outside', ['--transform=s,^,../,']],
  ['a path through a link', 'passwd', 'media/passwd', ['--transform=s,^,media/,']],
  ['a hard link to the outside', '.', 'two', ['--transform=flags=h;s,^.*/,../../,']],
])('%s is found, whatever tar would make of it', async (_, name, found, options) => {
  image.link('media', '/etc');
  const file = image.pack();
  const tar = join(folder, 'image.tar');
  writeFileSync(tar, gunzipSync(readFileSync(file)));
  const more = join(folder, 'more');
  mkdirSync(more);
  writeFileSync(join(more, 'outside'), 'x');
  writeFileSync(join(more, 'passwd'), 'x');
  if (name === '.') linkSync(join(more, 'outside'), join(more, 'two'));
  const argv = ['--append', '-P', '--file', tar, '--sort=name', '-C', more, ...options, name];
  execFileSync('tar', argv, { stdio: 'ignore' });
  writeFileSync(file, gzipSync(readFileSync(tar)));
  const findings = await verifyImage(file, testEdges());
  const paths = findings.find(({ id }) => id === 'paths');
  expect(paths).toMatchObject({ severity: 'fail', message: `these lead out of the root: ${found}` });
});

describe('a file that is no image', () => {
  test.each<[string, RegExp, (file: string) => void]>([
    ['text', /not a tar archive/, (file) => writeFileSync(file, 'hello\n'.repeat(1000))],
    ['an empty file', /the file is empty/, (file) => writeFileSync(file, '')],
    ['compressed text', /not a tar archive/, (file) => writeFileSync(file, gzipSync('hello\n'.repeat(1000)))],
    ['an archive that was cut', /ends too early/, (file) => truncateSync(file, 2_000)],
    [
      'an archive that was cut before it was compressed',
      /in the middle|end is missing/,
      (file) => writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).subarray(0, 40_960))),
    ],
    ['a damaged archive', /damaged|not a tar/, (file) => writeFileSync(file, damaged(readFileSync(file)))],
    [
      'an archive with a name of gigabytes',
      /it is damaged/,
      (file) => {
        const tar = gunzipSync(readFileSync(file));
        // A GNU header that says: the next one has a name this long.
        const header = Buffer.from(tar.subarray(0, 512)).fill(' ', 148, 156);
        header.write('77777777777\0', 124, 'latin1');
        header.write('L', 156, 'latin1');
        const sum = header.reduce((all, byte) => all + byte, 0);
        header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
        writeFileSync(file, gzipSync(Buffer.concat([header, tar])));
      },
    ],
    [
      'an empty archive',
      /there is nothing in it/,
      (file) => writeFileSync(file, gzipSync(Buffer.alloc(10_240))),
    ],
  ])('%s', async (_, why, spoil) => {
    const file = image.pack();
    spoil(file);
    const error = await verifyImage(file, testEdges()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect(`${(error as RunError).message}: ${(error as RunError).why}`).toMatch(why);
  });

  test('a folder, and nothing at all', async () => {
    await expect(verifyImage(folder, testEdges())).rejects.toThrow('this is not a file');
    await expect(verifyImage(join(folder, 'none'), testEdges())).rejects.toThrow('there is no such file');
  });
});

/** Compressed anew, so that only the archive inside is wrong. */
function damaged(file: Buffer): Buffer {
  const tar = gunzipSync(file);
  tar.fill(0x58, 1024, 1600);
  return gzipSync(tar);
}
