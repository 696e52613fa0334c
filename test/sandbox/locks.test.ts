import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, temporarySandbox } from './client.ts';
import { ONE_NODE } from './one-node.ts';

const TIMEOUT = "can't lock file '/var/lock/qemu-server/lock-620.conf' - got timeout";
let client: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  const started = await temporarySandbox({ seed: ONE_NODE, speed: 20 });
  remove = started.remove;
  client = await Client.root(started.sandbox);
});
afterAll(() => remove());

const cloneFive = async (source: number, first: number) => {
  const upids = await Promise.all(
    [0, 1, 2, 3, 4].map((offset) =>
      client.data<string>('POST', `/nodes/pve/qemu/${source}/clone`, { newid: first + offset, full: 1 }),
    ),
  );
  const tasks = await Promise.all(upids.map((upid) => client.task(upid)));
  return tasks.map((task) => task.exitstatus);
};

describe('locks', () => {
  it('let five clones of a template go on at once', async () => {
    expect(await cloneFive(100, 500)).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
  });

  it('let one clone of a running guest go on, while the others give up after a second', async () => {
    const slow = await temporarySandbox({ seed: bigSeed(), speed: 20 });
    client = await Client.root(slow.sandbox);
    await client.run('POST', '/nodes/pve/qemu/620/status/start');
    const ends = await cloneFive(620, 700);
    expect(ends.filter((end) => end === 'OK')).toHaveLength(1);
    expect(ends.filter((end) => end === TIMEOUT)).toHaveLength(4);
    // Those that failed left nothing.
    const guests = await client.data<{ vmid: number }[]>('GET', '/nodes/pve/qemu');
    expect(guests.filter((guest) => guest.vmid >= 700)).toHaveLength(1);
    await slow.remove();
  });

  it('refuse changes to a guest that is being made', async () => {
    const slow = await temporarySandbox({ seed: bigSeed(), speed: 20 });
    const root = await Client.root(slow.sandbox);
    const upid = await root.data<string>('POST', '/nodes/pve/qemu/620/clone', { newid: 800, full: 1 });
    const again = await root.send('POST', '/nodes/pve/qemu/620/clone', { params: { newid: 800 } });
    expect(again.reason).toBe('unable to create VM 800: config file already exists');
    const template = await root.send('POST', '/nodes/pve/qemu/800/template');
    expect(template.reason).toBe('VM is locked (clone)');
    expect((await root.task(upid)).exitstatus).toBe('OK');
    await slow.remove();
  });
});

/** A guest with four gibibytes to copy: ten seconds on a real node. */
function bigSeed() {
  const config = { name: 'big', memory: '512', scsi0: 'local:620/vm-620-disk-0.qcow2,size=8G' };
  return { ...ONE_NODE, guests: [{ vmid: 620, node: 'pve', used: 4 * 1024 ** 3, config }] };
}
