import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../../src/answers/check.ts';
import type { ImageSpec } from '../../../src/maas-image/image-spec.ts';
import { maasImageAnswers } from '../../../src/workflows/maas-image/answers.ts';

test('nothing given is Proxmox VE by the native engine', () => {
  // The answers are what the engines take.
  const spec: ImageSpec = maasImageAnswers.parse({});
  expect(spec).toEqual({
    engine: 'native',
    output: 'proxmox-ve-13-cloudimg.tar.gz',
    release: 'trixie',
    arch: 'amd64',
    proxmox: 'no-subscription',
    mirror: 'http://deb.debian.org/debian',
    security_mirror: 'http://deb.debian.org/debian-security',
    debian_keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
    packages: [],
    files: [],
  });
});

describe('is refused', () => {
  test.each<[object, string, RegExp]>([
    [{ arch: 'arm64' }, 'arch', /^Proxmox VE is not built for arm64; set proxmox: none/],
    [{ proxmox: 'none', keyring: { file: 'x' } }, 'keyring', /proxmox is none$/],
    [{ proxmox: 'subscription' }, 'proxmox', /no-subscription, enterprise, none, or the address of a mirror/],
    [{ output: 'image.zip' }, 'output', /ends in \.tar\.gz or \.tgz/],
    [{ packages: ['htop; reboot'] }, 'packages.0', /the name of a Debian package/],
    [{ files: [{ source: 'a', path: '/etc/../../x' }] }, 'files.0.path', /has \.\. in it/],
    [{ files: [{ source: 'a', path: '/root/.ssh/authorized_keys' }] }, 'files.0.path', /gives root SSH keys/],
    [
      {
        files: [
          { source: 'a', path: '/x' },
          { source: 'b', path: '/x' },
        ],
      },
      'files.1.path',
      /taken already by files\.0/,
    ],
    [{ debug_user: { name: 'root' } }, 'debug_user.name', /a user other than root/],
    [
      { debug_user: { name: 'debug', password_hash: 'secret' } },
      'debug_user.password_hash',
      /a hash as mkpasswd prints it/,
    ],
    [{ apt_proxy: 'cacher:3142' }, 'apt_proxy', /begins with http/],
    [{ outptu: 'x' }, 'outptu', /did you mean/],
  ])('%j', (answers, path, message) => {
    const issues = checkAnswers(maasImageAnswers, answers, { complete: true });
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.find((issue) => issue.path === path)?.message).toMatch(message);
  });
});
