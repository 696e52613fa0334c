import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, multipart, temporarySandbox } from './client.ts';

let client: Client;
let stateDir: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  const started = await temporarySandbox({ speed: 100 });
  ({ stateDir, remove } = started);
  client = await Client.root(started.sandbox);
});
afterAll(() => remove());

const upload = async (fields: Record<string, string>, filename: string, data: Buffer, storage = 'local') =>
  client.send('POST', `/nodes/pve1/storage/${storage}/upload`, multipart(fields, { filename, data }));
const volumes = async (storage: string, node = 'pve1') =>
  (await client.data<{ volid: string }[]>('GET', `/nodes/${node}/storage/${storage}/content`)).map(
    ({ volid }) => volid,
  );

describe('uploads', () => {
  // Three mebibytes with the beginnings of boundaries in them, so that every split of chunks meets one.
  const data = Buffer.concat([
    randomBytes(1_500_000),
    Buffer.from('\r\n----sandbox-test-boundar\r\n--'),
    randomBytes(1_500_000),
  ]);
  const checksum = createHash('sha512').update(data).digest('hex');

  it('arrive byte by byte, with their checksum verified', async () => {
    const answer = await upload(
      { content: 'iso', checksum, 'checksum-algorithm': 'sha512' },
      'big.iso',
      data,
    );
    expect((await client.task(String(answer.body.data))).exitstatus).toBe('OK');
    expect(
      readFileSync(join(stateDir, 'nodes/pve1/rootfs/var/lib/vz/template/iso/big.iso')).equals(data),
    ).toBe(true);
    expect(await client.data('GET', '/nodes/pve1/storage/local/content')).toContainEqual(
      expect.objectContaining({ volid: 'local:iso/big.iso', size: data.length, format: 'iso' }),
    );
  });

  it('with a wrong checksum fail in the task and leave nothing', async () => {
    const wrong = checksum.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    const answer = await upload(
      { content: 'iso', checksum: wrong, 'checksum-algorithm': 'sha512' },
      'wrong.iso',
      data,
    );
    const task = await client.task(String(answer.body.data));
    expect(task.exitstatus).toBe(`checksum mismatch: got '${checksum}' != expect '${wrong}'`);
    expect(await volumes('local')).not.toContain('local:iso/wrong.iso');
    expect(readdirSync(join(stateDir, 'uploads'))).toEqual([]);
  });

  it('never leave their folder', async () => {
    for (const filename of ['../../../../escaped.iso', '..\\escaped.iso', '/etc/escaped.iso']) {
      const answer = await upload({ content: 'iso' }, filename, Buffer.from('x'));
      expect((await client.task(String(answer.body.data))).exitstatus).toBe('OK');
    }
    expect(await volumes('local')).toContain('local:iso/escaped.iso');
    expect(existsSync(join(stateDir, 'escaped.iso'))).toBe(false);
  });

  it('need a content type that the storage is for', async () => {
    const answer = await upload({ content: 'iso' }, 'x.iso', Buffer.from('x'), 'ceph');
    expect(answer.reason).toBe("storage 'ceph' is not configured for content-type 'iso'");
  });

  it('ask for their checksum and its algorithm together', async () => {
    const answer = await upload({ content: 'iso', checksum: 'ab' }, 'x.iso', Buffer.from('x'));
    expect(answer.body.errors).toEqual({
      'checksum-algorithm': "missing property - 'checksum' requires this property",
    });
  });
});

describe('storages', () => {
  it('hold files of each node for itself, or of all when they are shared', async () => {
    await client.task(String((await upload({ content: 'iso' }, 'own.iso', Buffer.from('x'))).body.data));
    await client.task(
      String((await upload({ content: 'iso' }, 'all.iso', Buffer.from('x'), 'shared')).body.data),
    );
    expect(await volumes('local', 'pve2')).toEqual([]);
    expect(await volumes('shared', 'pve2')).toEqual(['shared:iso/all.iso']);
  });

  it('begin without snippets on local, as the installer leaves it, and take them when told', async () => {
    const before = await client.data<{ content: string }>('GET', '/storage/local');
    expect(before.content.split(',')).toEqual(['iso', 'vztmpl', 'backup', 'import']);
    await client.data('PUT', '/storage/local', { content: `${before.content},snippets` });
    const listed = await client.data<{ storage: string }[]>('GET', '/nodes/pve3/storage', {
      content: 'snippets',
    });
    expect(listed.map(({ storage }) => storage)).toEqual(['local', 'shared']);
  });

  it('refuse what their kind cannot hold, and changes on an old digest', async () => {
    const iso = await client.send('PUT', '/storage/ceph', { params: { content: 'images,iso' } });
    expect(iso.status).toBe(500);
    const wrong = await client.send('PUT', '/storage/local', { params: { content: 'iso,movies' } });
    expect(wrong.body.errors).toEqual({ content: "invalid format - invalid content type 'movies'\n" });
    const { digest } = await client.data<{ digest: string }>('GET', '/storage/local');
    await client.data('PUT', '/storage/shared', { nodes: 'pve1,pve2' });
    const late = await client.send('PUT', '/storage/local', { params: { disable: 1, digest } });
    expect(late.reason).toMatch(/detected modified configuration/);
    expect((await client.send('GET', '/nodes/pve3/storage/shared/status')).reason).toBe(
      "storage 'shared' is not available on node 'pve3'",
    );
    await client.data('PUT', '/storage/shared', { delete: 'nodes' });
  });

  it('allocate disks by name', async () => {
    const params = { vmid: 900, filename: 'vm-900-disk-0', size: '2G' };
    expect(await client.data('POST', '/nodes/pve1/storage/local-lvm/content', params)).toBe(
      'local-lvm:vm-900-disk-0',
    );
    const volid = 'local-lvm:vm-900-disk-0';
    const path = `/nodes/pve1/storage/local-lvm/content/${encodeURIComponent(volid)}`;
    expect(await client.data('GET', path)).toMatchObject({
      path: '/dev/pve/vm-900-disk-0',
      size: 2 * 1024 ** 3,
    });
    expect((await client.run('DELETE', path)).log).toEqual([`Removed volume '${volid}'`, 'TASK OK']);
    expect((await client.send('GET', path)).status).toBe(500);
  });
});
