import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiPath } from '../../src/pve/pve.ts';
import { contractPlace, type Place } from './place.ts';

/** What the client and the steps rely on, asked of the sandbox or of a real node. */
let place: Place;
const FIRST = 990_000;
const guests = new Set<number>();

beforeAll(async () => {
  place = await contractPlace(process.env);
});

afterAll(async () => {
  for (const vmid of guests) await remove(vmid).catch(() => undefined);
  await place.close();
});

async function remove(vmid: number): Promise<void> {
  const { pve, node } = place;
  await place.task(await pve.post<string>(apiPath`/nodes/${node}/qemu/${vmid}/status/stop`));
  await place.task(await pve.delete<string>(apiPath`/nodes/${node}/qemu/${vmid}`, { purge: 1 }));
}

async function clone(vmid: number, params: Record<string, string | number> = {}): Promise<void> {
  const { pve, node, template } = place;
  guests.add(vmid);
  await place.task(
    await pve.post<string>(apiPath`/nodes/${node}/qemu/${template}/clone`, { newid: vmid, ...params }),
  );
}

const config = (vmid: number) =>
  place.pve.get<Record<string, unknown>>(apiPath`/nodes/${place.node}/qemu/${vmid}/config`);

describe('reading', () => {
  test('version', async () => {
    expect(await place.pve.get('/version')).toMatchObject({ version: expect.stringMatching(/^[89]\.\d+/) });
  });

  test('resources name this node', async () => {
    const rows = await place.pve.get<{ type: string; node?: string }[]>('/cluster/resources');
    expect(rows).toContainEqual(expect.objectContaining({ type: 'node', node: place.node }));
  });

  test('storages tell their content and room', async () => {
    const rows = await place.pve.get<Record<string, unknown>[]>(apiPath`/nodes/${place.node}/storage`);
    expect(rows).toContainEqual(
      expect.objectContaining({
        storage: place.storage,
        content: expect.stringContaining('images'),
        avail: expect.any(Number),
      }),
    );
  });

  test('bridges are network interfaces of type any_bridge', async () => {
    const rows = await place.pve.get<{ type: string }[]>(apiPath`/nodes/${place.node}/network`, {
      type: 'any_bridge',
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  test('a missing guest is a 500 with a text, not a 404', async () => {
    await expect(config(999_999_99)).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('does not exist'),
    });
  });

  test('a path that is not there is a 501', async () => {
    await expect(place.pve.get('/cluster/nope')).rejects.toMatchObject({ status: 501 });
  });

  test('a wrong password is refused', async () => {
    await expect(place.login('wrong').get('/version')).rejects.toThrow(/password|login|authentication/i);
  });
});

describe('a guest from its clone to its removal', () => {
  const vmid = FIRST;

  test('a clone has the name and the description from its first moment', async () => {
    await clone(vmid, { name: 'contract-1', description: 'mine\nproxwright: uid=0 spec=0' });
    expect(await config(vmid)).toMatchObject({
      name: 'contract-1',
      description: expect.stringContaining('uid=0'),
    });
  });

  test('a taken id is refused with "already exists"', async () => {
    const path = apiPath`/nodes/${place.node}/qemu/${place.template}/clone`;
    await expect(place.pve.post(path, { newid: vmid })).rejects.toThrow('already exists');
    await expect(place.pve.post(apiPath`/nodes/${place.node}/qemu`, { vmid })).rejects.toThrow(
      'already exists',
    );
  });

  test('options are set at once, and a wrong one is named', async () => {
    const path = apiPath`/nodes/${place.node}/qemu/${vmid}/config`;
    await place.pve.put(path, { cores: 2, memory: 640, tags: 'proxwright;contract' });
    const now = await config(vmid);
    expect(now.cores).toBe(2);
    // In which order the datacenter keeps tags is its own setting.
    expect(String(now.tags).split(';').sort()).toEqual(['contract', 'proxwright']);
    await expect(place.pve.put(path, { cores: 'many' })).rejects.toMatchObject({
      status: 400,
      parameters: { cores: expect.any(String) },
    });
    await expect(place.pve.put(path, { cores: 3, digest: '0'.repeat(40) })).rejects.toThrow(
      'checksum mismatch',
    );
  });

  test('a disk grows to a size, and does not shrink', async () => {
    const path = apiPath`/nodes/${place.node}/qemu/${vmid}/resize`;
    const disk = /order=(\w+)/.exec(String((await config(vmid)).boot))?.[1] ?? 'scsi0';
    await place.task(await place.pve.put<string>(path, { disk, size: '12G' }));
    expect((await config(vmid))[disk]).toContain('size=12G');
    await place.task(await place.pve.put<string>(path, { disk, size: '12G' }));
    await expect(place.pve.put<string>(path, { disk, size: '1G' }).then(place.task)).rejects.toThrow(
      /shrink/,
    );
  });

  test('it starts, starting again says so, and it stops', async () => {
    const base = apiPath`/nodes/${place.node}/qemu/${vmid}/status`;
    await place.task(await place.pve.post<string>(`${base}/start`));
    expect(await place.pve.get(`${base}/current`)).toMatchObject({ status: 'running' });
    await expect(place.pve.post<string>(`${base}/start`).then(place.task)).rejects.toThrow('already running');
    await expect(place.pve.delete(apiPath`/nodes/${place.node}/qemu/${vmid}`)).rejects.toThrow('is running');
    await place.task(await place.pve.post<string>(`${base}/stop`));
    await place.task(await place.pve.post<string>(`${base}/stop`));
  });

  test('a missing bridge is found only at the start', async () => {
    await place.pve.put(apiPath`/nodes/${place.node}/qemu/${vmid}/config`, { net0: 'virtio,bridge=vmbr987' });
    const start = place.pve.post<string>(apiPath`/nodes/${place.node}/qemu/${vmid}/status/start`);
    await expect(start.then(place.task)).rejects.toThrow("bridge 'vmbr987' does not exist");
  });

  test('gone is gone', async () => {
    await remove(vmid);
    guests.delete(vmid);
    await expect(config(vmid)).rejects.toThrow('does not exist');
  });
});

test('four clones of a template at once all succeed', async () => {
  const ids = [1, 2, 3, 4].map((at) => FIRST + at);
  await Promise.all(ids.map((vmid) => clone(vmid)));
  for (const vmid of ids) expect(await config(vmid)).toBeDefined();
});

test('a pool is made once, and removed', async () => {
  const poolid = 'proxwright-contract';
  await place.pve.post('/pools', { poolid });
  await expect(place.pve.post('/pools', { poolid })).rejects.toThrow('already exists');
  await place.pve.delete('/pools', { poolid });
});

test('a token of root is not root', async () => {
  const { user } = place.pve;
  const path = apiPath`/access/users/${user}/token/contract`;
  await place.pve.delete(path).catch(() => undefined);
  const made = await place.pve.post<{ value: string }>(path, { privsep: 0 });
  expect(made.value).toMatch(/^[0-9a-f-]{36}$/);
  await expect(place.pve.post(path, { privsep: 0 })).rejects.toMatchObject({ status: 400 });
  await place.pve.delete(path);
});
