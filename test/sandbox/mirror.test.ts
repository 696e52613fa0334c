import { createHash } from 'node:crypto';
import { createMessage, readCleartextMessage, readKey, readSignature, verify } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MirrorImage } from '../../src/sandbox/mirror/mirror.ts';
import { Client, temporarySandbox } from './client.ts';

const DEBIAN = 'https://cloud.example.org/images/trixie/debian-13.qcow2';
const FLATCAR = 'https://stable.example.org/amd64-usr/current/flatcar.img';
const UBUNTU = 'https://images.example.org/noble/release/noble.img';
const IMAGES: readonly MirrorImage[] = [
  {
    url: DEBIAN,
    format: 'qcow2',
    sums: { url: `${DEBIAN}.SHA512SUMS`, algorithm: 'sha512', style: 'gnu' },
    texts: [{ url: 'https://cloud.example.org/version.txt', text: 'VERSION=13\n' }],
  },
  {
    url: FLATCAR,
    format: 'raw',
    sums: {
      url: `${FLATCAR}.DIGESTS`,
      algorithm: 'sha512',
      style: 'flatcar',
      signature: { url: `${FLATCAR}.DIGESTS.asc`, kind: 'clearsigned' },
    },
  },
  {
    url: UBUNTU,
    format: 'qcow2',
    sums: {
      url: 'https://images.example.org/noble/release/SHA256SUMS',
      algorithm: 'sha256',
      style: 'gnu',
      signature: { url: 'https://images.example.org/noble/release/SHA256SUMS.gpg', kind: 'detached' },
    },
  },
];

let client: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  const started = await temporarySandbox({ mirror: IMAGES });
  remove = started.remove;
  client = await Client.root(started.sandbox);
});
afterAll(() => remove());

/** A file of the mirror as bytes, which the JSON client would spoil. */
async function get(
  url: string,
  range?: string,
): Promise<{ status: number; bytes: Buffer; headers: Record<string, unknown> }> {
  const { request } = await import('node:https');
  const path = url.startsWith('/') ? url : `/sandbox/mirror/${url.replace('https://', '')}`;
  return new Promise((resolve, reject) => {
    const { port, certificate: ca } = client.sandbox;
    const headers = range === undefined ? {} : { Range: range };
    request({ host: '127.0.0.1', port, path, ca, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts), headers: response.headers }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const hash = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');

describe('the mirror', () => {
  it('serves images whose header says 8 GiB', async () => {
    const { bytes } = await get(DEBIAN);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('QFI\xfb');
    expect(bytes.readBigUInt64BE(24)).toBe(8n * 1024n ** 3n);
  });

  it('serves sums that hold, in both styles, and texts', async () => {
    const sums = (await get(`${DEBIAN}.SHA512SUMS`)).bytes.toString();
    expect(sums).toBe(`${hash('sha512', (await get(DEBIAN)).bytes)}  debian-13.qcow2\n`);
    const digests = (await get(`${FLATCAR}.DIGESTS`)).bytes.toString();
    const image = (await get(FLATCAR)).bytes;
    expect(digests).toBe(
      `# MD5 HASH\n${hash('md5', image)}  flatcar.img\n# SHA1 HASH\n${hash('sha1', image)}  flatcar.img\n# SHA512 HASH\n${hash('sha512', image)}  flatcar.img\n`,
    );
    expect((await get('https://cloud.example.org/version.txt')).bytes.toString()).toBe('VERSION=13\n');
  });

  it('signs with its own key: detached', async () => {
    const verificationKeys = await readKey({
      armoredKey: (await get('/sandbox/mirror-key')).bytes.toString(),
    });
    const data = (await get('https://images.example.org/noble/release/SHA256SUMS')).bytes;
    const signature = await readSignature({
      binarySignature: new Uint8Array(
        (await get('https://images.example.org/noble/release/SHA256SUMS.gpg')).bytes,
      ),
    });
    const check = async (binary: Buffer) => {
      const message = await createMessage({ binary: new Uint8Array(binary) });
      const result = await verify({ message, signature, verificationKeys, format: 'binary' });
      return result.signatures[0]?.verified;
    };
    await expect(check(data)).resolves.toBe(true);
    await expect(check(Buffer.concat([data, Buffer.from('x')]))).rejects.toThrow();
  });

  it('signs with its own key: around the text', async () => {
    const verificationKeys = await readKey({
      armoredKey: (await get('/sandbox/mirror-key')).bytes.toString(),
    });
    const cleartextMessage = (await get(`${FLATCAR}.DIGESTS.asc`)).bytes.toString();
    const message = await readCleartextMessage({ cleartextMessage });
    const { signatures } = await verify({ message, verificationKeys });
    await expect(signatures[0]?.verified).resolves.toBe(true);
    expect(cleartextMessage).toContain(hash('sha512', (await get(FLATCAR)).bytes));
  });

  it('answers ranges', async () => {
    const whole = (await get(DEBIAN)).bytes;
    const part = await get(DEBIAN, 'bytes=100-199');
    expect([part.status, part.bytes]).toEqual([206, whole.subarray(100, 200)]);
    expect(part.headers['content-range']).toBe(`bytes 100-199/${whole.length}`);
    expect((await get(DEBIAN, `bytes=${whole.length - 5}-`)).bytes).toEqual(whole.subarray(-5));
    expect((await get(DEBIAN, 'bytes=-5')).bytes).toEqual(whole.subarray(-5));
    expect((await get(DEBIAN, `bytes=${whole.length}-`)).status).toBe(416);
    expect((await get('https://cloud.example.org/nothing')).status).toBe(404);
  });

  it('is what the nodes download from, under the public address', async () => {
    const checksum = hash('sha512', (await get(DEBIAN)).bytes);
    const params = {
      content: 'import',
      filename: 'd.qcow2',
      url: DEBIAN,
      checksum,
      'checksum-algorithm': 'sha512',
    };
    const task = await client.run('POST', '/nodes/pve1/storage/local/download-url', params);
    expect(task.exitstatus).toBe('OK');
    expect(
      task.log.filter((line) => /^transferred .* of .* \(\d+\.\d\d%\)$/.test(line)).length,
    ).toBeGreaterThan(2);
    const made = await client.run('POST', '/nodes/pve1/qemu', {
      vmid: 100,
      scsi0: 'local-lvm:0,import-from=local:import/d.qcow2',
    });
    expect(made.exitstatus).toBe('OK');
    expect(await client.data('GET', '/nodes/pve1/qemu/100/config')).toMatchObject({
      scsi0: 'local-lvm:vm-100-disk-0,size=8G',
    });
    expect((await client.run('POST', '/nodes/pve1/storage/local/download-url', params)).exitstatus).toBe(
      'OK',
    );
  });

  it('lets a download with a wrong checksum fail and leaves no file', async () => {
    const params = {
      content: 'import',
      filename: 'w.qcow2',
      url: DEBIAN,
      checksum: '00',
      'checksum-algorithm': 'sha256',
    };
    const task = await client.run('POST', '/nodes/pve1/storage/local/download-url', params);
    expect(task.exitstatus).toMatch(/^checksum mismatch: got '[0-9a-f]{64}' != expect '00'$/);
    const content = await client.data<{ volid: string }[]>('GET', '/nodes/pve1/storage/local/content', {
      content: 'import',
    });
    expect(content.map((file) => file.volid)).not.toContain('local:import/w.qcow2');
  });

  it('knows no other address: nothing is fetched from the internet', async () => {
    const params = { content: 'iso', filename: 'x.iso', url: 'https://example.com/x.iso' };
    const task = await client.run('POST', '/nodes/pve1/storage/local/download-url', params);
    expect(task.exitstatus).toBe(
      'download failed: Resolving example.com (example.com)... failed: Name or service not known.',
    );
  });
});
