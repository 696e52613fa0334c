import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeas, holdsPacketSocket } from '../../src/kea/processes.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { ip, Lab, remains, whyNot } from './kea-lab.ts';
import { startProbing } from './kea-probing.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

describe.skipIf(reason)(`nothing that is served stops being served${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  let guest: string;
  const conf = (vmid: number, address: string, extra = ''): void =>
    lab.conf(
      vmid,
      `net0: virtio=BC:24:11:00:01:${(vmid - 100).toString(16).padStart(2, '0')},bridge=${lab.bridge}\n` +
        `ipconfig0: ip=${address}/16\n${extra}`,
    );
  /** Process ids of the lab's Keas that listen; one that stands by does not. */
  const serving = (): number[] => keas().filter(holdsPacketSocket);
  const keas = (): number[] =>
    findKeas((conf) => conf.startsWith(`${lab.variables.PROXWRIGHT_KEA_RUN}/`)).map(({ pid }) => pid);

  beforeAll(async () => {
    lab = new Lab({ VM_CHECK_POLL: '1' });
    for (let vmid = 100; vmid < 130; vmid += 1) conf(vmid, `10.8.0.${vmid}`);
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'served');
    guest = lab.guest('bc:24:11:00:01:00');
    expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.8.0.100' });
  });

  afterAll(async () => {
    await lab.end();
    expect(keas()).toEqual([]);
    expect(remains(lab)).toEqual([]);
  });

  test('50 changes, 200 requests a second of the others: none is lost', async () => {
    const macs = Array.from(
      { length: 20 },
      (_, index) => `bc:24:11:00:01:${index.toString(16).padStart(2, '0')}`,
    );
    const probing = await startProbing(lab, { rate: 200, macs });
    const before = (await lab.status()).networks[0]?.generation?.number as number;
    for (let change = 1; change <= 50; change += 1) {
      conf(125, `10.8.1.${change}`);
      await probing.chase('bc:24:11:00:01:19', `10.8.1.${change}`);
    }
    const { sent, lost, lostAt } = await probing.end();
    // Kea has the last change before the agent knows that it has.
    await lab.until(
      ({ networks }) => (networks[0]?.generation?.number ?? 0) - before >= 50,
      'a generation for each change',
    );
    expect(sent).toBeGreaterThan(200);
    expect({ lost, lostAt }).toEqual({ lost: 0, lostAt: [null, null] });
  });

  test('an agent that is killed leaves its Kea serving; the next one takes it over with its leases', async () => {
    const [pid] = serving();
    await lab.stopAgent('SIGKILL');
    expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.8.0.100' });
    await lab.startAgent();
    const status = await lab.until(({ networks }) => networks[0]?.state === 'serving', 'taken over');
    expect(serving()).toEqual([pid]);
    expect(status.networks[0]?.guests[0]).toMatchObject({ vmid: 100, lease: 'active' });
  });

  test('killed in the middle of a change, again and again: one Kea, the newest configuration', async () => {
    for (let round = 1; round <= 6; round += 1) {
      conf(126, `10.8.2.${round}`);
      await sleep(round * 9);
      await lab.stopAgent('SIGKILL');
      await lab.startAgent();
    }
    await lab.until(
      ({ networks }) => networks[0]?.guests.some(({ address }) => address === '10.8.2.6') ?? false,
      'newest',
    );
    expect(await lab.dhcp(lab.guest('bc:24:11:00:01:1a'))).toMatchObject({ ip: '10.8.2.6' });
    for (let tries = 0; tries < 100 && serving().length > 1; tries += 1) await sleep(20);
    expect(serving()).toHaveLength(1);
    expect(keas().length).toBeLessThanOrEqual(2);
  });

  test('a Kea that dies is replaced, also one that an earlier agent started', async () => {
    for (let round = 0; round < 2; round += 1) {
      const [pid] = serving();
      process.kill(Number(pid), 'SIGKILL');
      await lab.until(({ networks }) => {
        const now = networks[0]?.generation?.pid;
        return now !== undefined && now !== pid;
      }, 'replaced');
      expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.8.0.100' });
    }
  });

  test('files that vanish, are cut short or hold garbage take nothing away; /etc/pve may go and come', async () => {
    conf(127, '10.8.3.1', 'net1: zzz\n');
    await lab.until(
      ({ networks }) => networks[0]?.guests.some(({ address }) => address === '10.8.3.1') ?? false,
      'served',
    );
    lab.conf(127, 'net0: virtio=BC:24:1');
    await lab.until(
      ({ findings }) => findings.some(({ vmid, message }) => vmid === 127 && /goes on/.test(message)),
      'kept',
    );
    lab.conf(127, '\0\0\0\0');
    renameSync(lab.pve, `${lab.pve}.away`);
    await lab.until(({ problems }) => problems.some((text) => /cannot be read/.test(text)), 'noticed');
    expect(await lab.dhcp(lab.guest('bc:24:11:00:01:1b'))).toMatchObject({ ip: '10.8.3.1' });
    renameSync(`${lab.pve}.away`, lab.pve);
    conf(127, '10.8.3.2');
    await lab.until(
      ({ networks }) => networks[0]?.guests.some(({ address }) => address === '10.8.3.2') ?? false,
      'back',
    );
    lab.remove(127);
    await lab.until(
      ({ networks }) => !networks[0]?.guests.some(({ vmid }) => vmid === 127),
      'a guest that left is dropped',
    );
  });

  test('a namespace that somebody deletes is made anew', async () => {
    const { namespace } = (await lab.status()).networks[0] as { namespace: string };
    ip('netns', 'del', namespace);
    // The veth lives until Kea's process leaves the namespace; without its end in ours Kea is deaf.
    const { port } = (await lab.status()).networks[0] as { port: string };
    if (existsSync(`/sys/class/net/${port}`)) ip('link', 'del', port);
    await lab.until(() => existsSync(`/run/netns/${namespace}`), 'made anew');
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'serving');
    expect(await lab.dhcp(guest, { seconds: 6 })).toMatchObject({ ip: '10.8.0.100' });
  });

  test("a namespace's name that outlived it, as a container's /run does, is no namespace", async () => {
    const { namespace } = (await lab.status()).networks[0] as { namespace: string };
    await lab.stopAgent('SIGKILL');
    for (const pid of keas()) process.kill(pid, 'SIGKILL');
    expect(spawnSync('umount', [`/run/netns/${namespace}`]).status).toBe(0);
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'serving');
    expect(await lab.dhcp(guest, { seconds: 6 })).toMatchObject({ ip: '10.8.0.100' });
  });

  test('on a full disk changes are served from memory, and leases are kept again when there is room', async () => {
    const full = new Lab();
    const leases = full.variables.PROXWRIGHT_KEA_LEASES as string;
    mkdirSync(leases);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=1777', 'tmpfs', leases]).status).toBe(0);
    try {
      const set = (address: string): void =>
        full.conf(100, `net0: virtio=BC:24:11:00:02:01,bridge=${full.bridge}\nipconfig0: ip=${address}/24\n`);
      const served =
        (address: string) =>
        ({ networks }: KeaStatus): boolean =>
          networks[0]?.state === 'serving' && networks[0].guests[0]?.address === address;
      set('10.9.0.5');
      await full.startAgent();
      await full.until(served('10.9.0.5'), 'served');
      const machine = full.guest('bc:24:11:00:02:01');
      spawnSync('dd', ['if=/dev/zero', `of=${leases}/big`, 'bs=64k'], { stdio: 'ignore' });
      set('10.9.0.6');
      await full.until(served('10.9.0.6'), 'served from memory');
      expect(await full.dhcp(machine)).toMatchObject({ ip: '10.9.0.6' });
      rmSync(join(leases, 'big'));
      set('10.9.0.7');
      await full.until(served('10.9.0.7'), 'served');
      expect(await full.dhcp(machine, { seconds: 6 })).toMatchObject({ ip: '10.9.0.7' });
      await full.until(({ networks }) => networks[0]?.guests[0]?.lease === 'active', 'the lease is kept');
      // A file system that had an error lets nobody write any more, whatever room there is.
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,mode=1777', 'tmpfs', leases]).status).toBe(0);
      set('10.9.0.8');
      await full.until(served('10.9.0.8'), 'served from memory');
      expect(await full.dhcp(machine, { seconds: 6 })).toMatchObject({ ip: '10.9.0.8' });
      spawnSync('umount', ['--lazy', leases]);
    } finally {
      await full.stopAgent();
      while (spawnSync('umount', ['--lazy', leases]).status === 0);
      await full.end();
    }
  });

  test('sockets, logs and leases are nobody else’s', () => {
    const run = lab.variables.PROXWRIGHT_KEA_RUN as string;
    expect(statSync(run).mode & 0o7).toBe(0);
    expect(statSync(join(lab.variables.PROXWRIGHT_KEA_STATUS as string, 'kea-agent.sock')).mode & 0o77).toBe(
      0,
    );
    expect(readdirSync(run).some((file) => file.endsWith('.json'))).toBe(true);
  });
});
