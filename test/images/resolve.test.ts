import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import { findImage, loadCatalogue } from '../../src/images/catalogue.ts';
import type { Arch } from '../../src/images/entry.ts';
import { resolveImage } from '../../src/images/resolve.ts';
import type { ResolveOptions } from '../../src/images/resolved.ts';
import { imageBytes, makePublisher, type Publisher } from './publisher.ts';

const entries = loadCatalogue();
const stable = findImage('flatcar-stable');
let publisher: Publisher;
let options: ResolveOptions;

beforeEach(async () => {
  publisher = await makePublisher(entries);
  options = { arch: 'amd64', fetch: publisher.fetch, keys: [publisher.publicKey] };
});

test.each(entries.flatMap((entry) => (['amd64', 'arm64'] as const).map((arch) => [entry.id, arch] as const)))(
  '%s for %s resolves to a verified address',
  async (id: string, arch: Arch) => {
    const entry = findImage(id);
    const image = await resolveImage(entry, { ...options, arch });
    const { algorithm } = entry.checksums;
    expect(image.checksum).toEqual({
      algorithm,
      value: createHash(algorithm).update(imageBytes(image.url)).digest('hex'),
    });
    expect(image.fileName).toMatch(/^[a-z0-9][a-zA-Z0-9._-]*\.(qcow2|raw|vmdk|ova)$/);
    expect(image.fileName).toContain(arch);
    expect(image.verifiedBy).toEqual(
      entry.signature
        ? { kind: 'signature', fingerprint: publisher.fingerprint }
        : { kind: 'https', why: entry.unsigned },
    );
  },
);

describe('Flatcar', () => {
  test('by cloud-init: the Proxmox image of the current version, with what it can do', async () => {
    expect(await resolveImage(stable, options)).toMatchObject({
      id: 'flatcar-stable',
      version: '4593.2.5',
      url: 'https://stable.release.flatcar-linux.net/amd64-usr/4593.2.5/flatcar_production_proxmoxve_image.img',
      fileName: 'flatcar-stable-4593.2.5-proxmoxve-amd64.qcow2',
      format: 'qcow2',
      user: 'core',
      ignition: {
        transport: 'cloud-init',
        specs: ['3.3.0', '3.4.0'],
        transports: ['cloud-init', 'fw_cfg'],
        vendorData: true,
      },
      virtiofs: true,
      plan9: true,
      agent: true,
    });
  });

  test('by fw_cfg: the QEMU image', async () => {
    const image = await resolveImage(stable, { ...options, transport: 'fw_cfg', arch: 'arm64' });
    expect(image.fileName).toBe('flatcar-stable-4593.2.5-qemu-arm64.qcow2');
    expect(image.url).toMatch(/\/arm64-usr\/4593\.2\.5\/flatcar_production_qemu_uefi_image\.img$/);
  });

  test('an older version: without what came later', async () => {
    const lts = await resolveImage(findImage('flatcar-lts'), options);
    expect(lts.ignition).toMatchObject({ transport: 'fw_cfg', transports: ['fw_cfg'], vendorData: false });
    expect(lts.virtiofs).toEqual({ since: '4344.0.0' });
  });

  test('a transport that a version lacks is refused with what to do', async () => {
    const asked = resolveImage(findImage('flatcar-lts'), { ...options, transport: 'cloud-init' });
    await expect(asked).rejects.toMatchObject({
      why: expect.stringContaining('4152.0.0'),
      fix: expect.stringContaining('fw_cfg'),
    });
  });

  test('a version that is named is not looked up', async () => {
    const named = resolveImage(stable, { ...options, version: '4593.2.4' });
    await expect(named).rejects.toMatchObject({ message: 'the publisher answers 404' });
    expect(publisher.asked).toEqual([
      'https://stable.release.flatcar-linux.net/amd64-usr/4593.2.4/flatcar_production_proxmoxve_image.img.DIGESTS.asc',
    ]);
    await expect(resolveImage(stable, { ...options, version: '../../x' })).rejects.toThrow(
      'is not a version',
    );
  });

  test('a version text without version is refused', async () => {
    publisher.files.set(
      'https://stable.release.flatcar-linux.net/amd64-usr/current/version.txt',
      Buffer.from('FLATCAR_VERSION=../evil\n'),
    );
    await expect(resolveImage(stable, options)).rejects.toThrow('cannot tell the current version');
  });
});

describe('cloud images', () => {
  test('of which only the newest is kept are named by their checksum', async () => {
    const image = await resolveImage(findImage('debian-13'), options);
    expect(image.version).toBeUndefined();
    expect(image.fileName).toBe(`debian-13-${image.checksum.value.slice(0, 12)}-amd64.qcow2`);
    await expect(resolveImage(findImage('debian-13'), { ...options, version: '1' })).rejects.toThrow(
      'no version 1',
    );
  });

  test('take a version where the publisher keeps them', async () => {
    const asked = resolveImage(findImage('ubuntu-24.04'), { ...options, version: '20260814' });
    await expect(asked).rejects.toThrow(TargetError);
    expect(publisher.asked[0]).toBe(
      'https://cloud-images.ubuntu.com/releases/noble/release-20260814/SHA256SUMS',
    );
  });

  test('do not take fw_cfg', async () => {
    const asked = resolveImage(findImage('ubuntu-24.04'), { ...options, transport: 'fw_cfg' });
    await expect(asked).rejects.toThrow('takes cloud-init');
  });

  test('say their size where the checksum file does', async () => {
    const image = await resolveImage(findImage('fedora-44'), options);
    expect(image.size).toBe(imageBytes(image.url).length);
  });
});

describe('what cannot be trusted stops', () => {
  const digests =
    'https://stable.release.flatcar-linux.net/amd64-usr/4593.2.5/flatcar_production_proxmoxve_image.img.DIGESTS.asc';
  const ubuntu = 'https://cloud-images.ubuntu.com/releases/noble/release/SHA256SUMS';

  test('a changed clearsigned file', async () => {
    const text = publisher.files.get(digests)!.toString();
    publisher.files.set(digests, Buffer.from(text.replace(/(# SHA512 HASH\s+)./, '$1z')));
    await expect(resolveImage(stable, options)).rejects.toThrow('the signature is wrong');
  });

  test('a changed file with a detached signature', async () => {
    publisher.files.set(ubuntu, Buffer.concat([publisher.files.get(ubuntu)!, Buffer.from('\n')]));
    await expect(resolveImage(findImage('ubuntu-24.04'), options)).rejects.toThrow('the signature is wrong');
  });

  test('a signature by another key than the pinned one', async () => {
    const { keys, ...pinned } = options;
    expect(keys).toHaveLength(1);
    await expect(resolveImage(stable, pinned)).rejects.toMatchObject({
      message: expect.stringMatching(/^signed by key [0-9A-F]{16}, which is not trusted$/),
      why: expect.stringContaining('F88CFEDEFF29A5B4D9523864E25D9AED0593B34A'),
      where: digests,
    });
  });

  test('no signature at all', async () => {
    publisher.files.set(digests, Buffer.from('<html>captive portal</html>'));
    await expect(resolveImage(stable, options)).rejects.toThrow('not an OpenPGP signature');
    publisher.files.delete(digests);
    await expect(resolveImage(stable, options)).rejects.toThrow('the publisher answers 404');
  });

  test('a signed file without the image in it', async () => {
    const other = `${'a'.repeat(128)}  flatcar_production_qemu_image.img\n`;
    publisher.files.set(digests, Buffer.from(await publisher.clearsigned(`# SHA512 HASH\n${other}`)));
    await expect(resolveImage(stable, options)).rejects.toMatchObject({
      message: 'there is no sha512 checksum of flatcar_production_proxmoxve_image.img in it',
      where: digests,
    });
  });

  test('a line outside the signed part does not count', async () => {
    const signed = await publisher.clearsigned('# SHA512 HASH\n');
    const forged = `# SHA512 HASH\n${'b'.repeat(128)}  flatcar_production_proxmoxve_image.img\n`;
    for (const document of [`${forged}${signed}`, `${signed}\n${forged}`]) {
      publisher.files.set(digests, Buffer.from(document));
      await expect(resolveImage(stable, options)).rejects.toThrow(TargetError);
    }
  });

  test('a publisher that cannot be reached', async () => {
    const fetch = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));
    await expect(resolveImage(stable, { ...options, fetch })).rejects.toMatchObject({
      message: 'cannot reach the publisher',
      why: 'getaddrinfo ENOTFOUND',
    });
  });
});
