import { describe, expect, test } from 'vitest';
import { imagePackages } from '../../src/maas-image/packages.ts';
import { buildRecipe } from '../../src/maas-image/recipe.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from './edges.ts';

const { asset } = testEdges();

describe('the packages', () => {
  test('have no version of a kernel, and never ifupdown', () => {
    for (const proxmox of ['none', 'no-subscription']) {
      const packages = imagePackages(maasImageAnswers.parse({ proxmox }));
      expect(packages.filter((name) => /-\d+\.\d+/.test(name))).toEqual([]);
      expect(packages).not.toContain('ifupdown');
    }
  });

  test("Proxmox VE brings its own kernel, plain Debian has Debian's of its architecture", () => {
    expect(imagePackages(maasImageAnswers.parse({}))).not.toContain('linux-image-amd64');
    expect(imagePackages(maasImageAnswers.parse({}))).toContain('proxmox-default-kernel');
    const arm = imagePackages(maasImageAnswers.parse({ proxmox: 'none', arch: 'arm64' }));
    expect(arm).toEqual(expect.arrayContaining(['linux-image-arm64', 'grub-efi-arm64']));
    expect(arm.filter((name) => name.includes('amd64') || name.startsWith('grub-pc'))).toEqual([]);
  });
});

describe('the sources', () => {
  test('name keys of this machine while building, and keys of the image in it', () => {
    const { files } = recipe({});
    expect(files.get('sources.list')?.content).toBe(
      [
        'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main',
        'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-updates main',
        'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security trixie-security main',
        'deb [signed-by=/work-folder/proxmox.gpg] http://download.proxmox.com/debian/pve trixie pve-no-subscription',
        '',
      ].join('\n'),
    );
    expect(files.get('sources/proxmox.sources')?.content).toContain(
      'Signed-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n',
    );
  });

  test('of Proxmox VE are not there in a plain image', () => {
    const { files, env } = recipe({ proxmox: 'none' });
    expect([...files.keys()].filter((name) => name.includes('proxmox'))).toEqual([]);
    expect(env.PROXMOX).toBe('no');
  });

  test('can be a mirror', () => {
    const { files } = recipe({ proxmox: 'http://mirror.example/pve' });
    expect(files.get('sources.list')?.content).toContain(
      ' http://mirror.example/pve trixie pve-no-subscription\n',
    );
  });
});

test('the hash of a password stands in a file for root alone, and in no argument', () => {
  const hash = '$6$salt$hash';
  const { files, argv, env } = recipe({ debug_user: { name: 'debug', password_hash: hash } });
  expect(files.get('user/password')).toEqual({ content: `debug:${hash}\n`, mode: 0o600 });
  expect(JSON.stringify([argv, env])).not.toContain('$6$');
});

test('a password in the address of a proxy stands in no argument', () => {
  const { files, argv } = recipe({ apt_proxy: 'http://user:secret@cacher:3142' });
  expect(files.get('apt.conf')).toEqual({
    content: 'Acquire::http::Proxy "http://user:secret@cacher:3142";\n',
    mode: 0o600,
  });
  expect(argv.join(' ')).not.toContain('secret');
  expect(argv).toContain('--aptopt=/work-folder/apt.conf');
});

test('packages for a root on ZFS come in where the repository has them', () => {
  expect(recipe({}).argv).toContain('--include=?exact-name(zfs-initramfs)?version(.)');
  expect(recipe({ proxmox: 'none' }).argv.join(' ')).not.toContain('zfs');
});

test('the hook of the image is the file that `image network` runs', () => {
  expect(recipe({}).files.get('files/curtin/curtin-hooks')).toEqual({
    content: asset('curtin-hooks'),
    mode: 0o755,
  });
});

test('a time that is asked for goes to all tools', () => {
  expect(recipe({}).env).not.toHaveProperty('SOURCE_DATE_EPOCH');
  expect(recipe({}, 1_760_000_000).env.SOURCE_DATE_EPOCH).toBe('1760000000');
});

function recipe(given: object, epoch?: number) {
  return buildRecipe(maasImageAnswers.parse(given), { asset, work: '/work-folder', epoch });
}
