import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, RunError } from '../../src/errors.ts';
import { buildImage } from '../../src/maas-image/build.ts';
import type { ImageEdges } from '../../src/maas-image/edges.ts';
import { readImage } from '../../src/maas-image/image-contents.ts';
import { verifyImage } from '../../src/maas-image/verify.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from '../maas-image/edges.ts';
import { type AptRepository, startAptRepository } from './apt-repository.ts';
import { debianMirrors, missingFor } from './image-needs.ts';
import { STAND_IN_KERNEL, STAND_INS } from './proxmox-stand-ins.ts';

const missing = missingFor(['mmdebstrap', 'pigz', 'arch-test', 'gpg', 'gpgv', 'dpkg-deb']);

/** Five times what it takes alone on two cores: they are shared. */
const BUILD = 600_000;

describe.skipIf(missing !== undefined)(
  `an image with Proxmox VE's names${missing ? ` (${missing})` : ''}`,
  () => {
    let folder: string;
    let repository: AptRepository;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'image-system-'));
      repository = await startAptRepository(folder, STAND_INS);
    }, BUILD);
    afterAll(() => {
      repository?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const spec = (given: object = {}) =>
      maasImageAnswers.parse({
        ...debianMirrors(),
        proxmox: repository.url,
        keyring: { file: repository.keyring },
        output: join(folder, 'proxmox.tar.gz'),
        work_dir: join(folder, 'work'),
        ...given,
      });

    test('is built from a signed repository, whatever its packages ask for', { timeout: BUILD }, async () => {
      const script = join(folder, 'customise');
      writeFileSync(script, '#!/bin/sh\nset -e\npveversion > /etc/was-customised\n');
      writeFileSync(join(folder, 'motd'), 'hello\n');
      const manifest = await buildImage(
        spec({
          script,
          packages: ['tree'],
          files: [{ source: join(folder, 'motd'), path: '/etc/motd', mode: '0600' }],
          debug_user: { name: 'debug', password_hash: '$6$salt$hash', ssh_keys: ['ssh-ed25519 AAAA test'] },
        }),
        testEdges(),
      );
      expect(manifest.kernels).toEqual([STAND_IN_KERNEL]);
      const names = manifest.packages.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(['proxmox-ve', 'pve-manager', 'postfix', 'tree', 'zfs-initramfs']),
      );
      expect(names.filter((name) => name.startsWith('linux-image'))).toEqual([]);

      const findings = await verifyImage(join(folder, 'proxmox.tar.gz'), testEdges());
      // Nodes would not reach a repository on loopback, and verify says so.
      expect(
        findings.filter(({ severity }) => severity !== 'pass').map(({ id, severity }) => `${id} ${severity}`),
      ).toEqual(['sources warn']);

      const image = await readImage(join(folder, 'proxmox.tar.gz'), testEdges());
      expect([...image.entries.keys()].filter((path) => path.startsWith('etc/apt/sources.list.d/'))).toEqual([
        'etc/apt/sources.list.d/debian.sources',
        'etc/apt/sources.list.d/proxmox.sources',
      ]);
      expect(image.entries.get('etc/motd')).toMatchObject({ mode: 0o600, size: 6 });
      expect(image.entries.has('etc/was-customised')).toBe(true);
      expect(image.entries.has(`boot/initrd.img-${STAND_IN_KERNEL}`)).toBe(true);
      expect(image.entries.get('home/debug/.ssh/authorized_keys')).toMatchObject({ mode: 0o600, uid: 1000 });
      expect(image.text('etc/shadow')).toMatch(/^debug:\$6\$salt\$hash:/m);
      for (const gone of [
        'etc/apt/sources.list.d/pve-enterprise.list',
        'etc/network/interfaces.new',
        'var/lib/pve-cluster/config.db',
        'proxmox_install_mode',
      ])
        expect(image.entries.has(gone), gone).toBe(false);
      expect(readFileSync(join(folder, 'proxmox.log'), 'utf8')).not.toContain('$6$salt$hash');
      expect([...processesWith('4711'), ...processesWith('4712')]).toEqual([]);
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
    });

    test('is not built when the signature is not of the key', { timeout: 120_000 }, async () => {
      const wrong = {
        keyring: { file: '/usr/share/keyrings/debian-archive-keyring.gpg' },
        output: join(folder, 'wrong.tar.gz'),
      };
      const error = await buildImage(spec(wrong), testEdges()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RunError);
      expect((error as RunError).message).toMatch(/^a repository has no good signature/);
      expect(readdirSync(folder)).not.toContain('wrong.tar.gz');
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
    });

    test('is not built from a repository that is not there', { timeout: 120_000 }, async () => {
      const error = await buildImage(
        spec({ proxmox: 'http://127.0.0.1:9/pve', output: join(folder, 'none.tar.gz') }),
        testEdges(),
      ).catch((thrown: unknown) => thrown);
      expect((error as RunError).message).toMatch(/^a repository cannot be reached: http:\/\/127\.0\.0\.1:9/);
    });

    test('leaves no mount and no folder when it is cancelled in the middle', {
      timeout: 180_000,
    }, async () => {
      const controller = new AbortController();
      const progress: ImageEdges['progress'] = (event) => {
        // Packages are being set up then: /proc, /sys and /dev are mounted.
        if (event.type === 'phase' && event.phase === 'base' && event.fraction > 0.9) controller.abort();
      };
      const building = buildImage(spec({ output: join(folder, 'cancelled.tar.gz') }), {
        ...testEdges({ signal: controller.signal }),
        progress,
      });
      await expect(building).rejects.toBeInstanceOf(CancelledError);
      expect(readdirSync(join(folder, 'work'))).toEqual([]);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
      expect(processesWith(folder)).toEqual([]);
      expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual(['cancelled.log']);
    });
  },
);

/** Command lines of running processes that have a word in them. */
function processesWith(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.split(' ').some((part) => part.includes(word)));
}
