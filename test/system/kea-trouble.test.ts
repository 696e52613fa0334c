import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeas, holdsPacketSocket } from '../../src/kea/processes.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { knownHoles } from '../../src/kea/version.ts';
import { Lab, remains, whyNot } from './kea-lab.ts';
import { rogueServer } from './rogue-server.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

/** Something around the agent breaks: what was served goes on, and what is wrong is said. */
describe.skipIf(reason)(`trouble around the agent${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  let guest: string;
  const conf = (at: Lab, vmid: number, address: string, bridge = at.bridge): void =>
    at.conf(
      vmid,
      `net0: virtio=BC:24:11:00:04:${(vmid - 100).toString(16).padStart(2, '0')},bridge=${bridge}\nipconfig0: ip=${address}/24\n`,
    );
  const serves =
    (address: string) =>
    ({ networks }: KeaStatus): boolean =>
      networks.some(
        ({ state, guests }) => state === 'serving' && guests.some((one) => one.address === address),
      );
  const keasOf = (at: Lab): number[] =>
    findKeas((file) => file.startsWith(`${at.variables.PROXWRIGHT_KEA_RUN}/`)).map(({ pid }) => pid);
  const listening = (): number[] => keasOf(lab).filter(holdsPacketSocket);

  beforeAll(async () => {
    lab = new Lab({ VM_CHECK_POLL: '1', PROXWRIGHT_KEA_PROBE: '2' });
    conf(lab, 100, '10.12.0.5');
    conf(lab, 103, '10.13.0.5', 'vmbr987');
    await lab.startAgent();
    await lab.until(serves('10.12.0.5'), 'served');
    guest = lab.guest('bc:24:11:00:04:00');
    expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.12.0.5' });
  });

  afterAll(async () => {
    await lab.end();
    expect(keasOf(lab)).toEqual([]);
    expect(remains(lab)).toEqual([]);
  });

  test('a bridge that does not exist is waited for, and keeps nobody else waiting', async () => {
    const { networks } = await lab.status();
    expect(networks.map(({ bridge, state, detail }) => [bridge === lab.bridge, state, detail])).toEqual([
      [true, 'serving', undefined],
      [false, 'waiting', 'there is no bridge vmbr987'],
    ]);
  });

  test('holes of the installed Kea are said, with its version', async () => {
    const { kea, problems } = await lab.status();
    expect(kea.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(problems).toEqual(knownHoles(kea.version as string).map(({ message }) => message));
  });

  test('control sockets that are gone or refuse: served on, and a change as well', async () => {
    const run = lab.variables.PROXWRIGHT_KEA_RUN as string;
    const sockets = readdirSync(run).filter((file) => file.endsWith('.sock'));
    expect(sockets.length).toBeGreaterThan(0);
    for (const file of sockets) {
      rmSync(join(run, file));
      writeFileSync(join(run, file), '');
    }
    expect(await lab.dhcp(guest)).toMatchObject({ ip: '10.12.0.5' });
    conf(lab, 101, '10.12.0.6');
    await lab.until(serves('10.12.0.6'), 'a change is served');
    expect(await lab.dhcp(lab.guest('bc:24:11:00:04:01'))).toMatchObject({ ip: '10.12.0.6' });
    const status = await lab.until(({ networks }) => networks[0]?.detail === undefined, 'all is well again');
    expect(status.networks[0]?.state).toBe('serving');
  });

  test('a bridge that is deleted and made again, as ifreload does it, is joined again', async () => {
    const [port] = (await lab.status()).networks.map(({ port }) => port);
    lab.removeBridge(lab.bridge);
    await lab.until(({ networks }) => networks[0]?.state === 'waiting', 'it is gone');
    lab.addBridge(lab.bridge);
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'it is back');
    expect((await lab.status()).networks.map(({ port }) => port)[0]).toBe(port);
    expect(await lab.dhcp(lab.guest('bc:24:11:00:04:00'), { seconds: 6 })).toMatchObject({ ip: '10.12.0.5' });
  });

  test('an agent that is upgraded leaves its Kea serving; a lease survives that, and the end of Kea', async () => {
    const before = listening();
    await lab.stopAgent('SIGTERM');
    expect(listening()).toEqual(before);
    await lab.startAgent();
    await lab.until(serves('10.12.0.5'), 'taken over');
    expect(listening()).toEqual(before);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    const status = await lab.until(
      ({ networks }) =>
        networks[0]?.state === 'serving' && !before.includes(networks[0].generation?.pid ?? 0),
      'replaced',
    );
    expect(status.networks[0]?.restarts).toBe(1);
    expect(status.networks[0]?.guests.find(({ vmid }) => vmid === 100)).toMatchObject({ lease: 'active' });
    // A client that still has its lease asks for that address, and is not refused.
    const again = lab.guest('bc:24:11:00:04:00');
    expect(await lab.dhcp(again, { requested: '10.12.0.5' })).toMatchObject({ ip: '10.12.0.5' });
  });

  test('another DHCP server is reported by the agent, and forgotten once it is gone', async () => {
    const server = rogueServer(lab, '10.66.1.1');
    const seen = ({ networks }: KeaStatus): string[] =>
      networks[0]?.otherServers.map(({ server: address }) => address) ?? [];
    await lab.until((status) => seen(status).includes('10.66.1.1'), 'it is reported');
    server.kill('SIGKILL');
    await lab.until((status) => seen(status).length === 0, 'it is forgotten');
  }, 30_000);

  test('a full run folder: what was served goes on, the reason is said, and a change is made up for', async () => {
    const full = new Lab();
    const run = full.variables.PROXWRIGHT_KEA_RUN as string;
    mkdirSync(run);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=1777', 'tmpfs', run]).status).toBe(0);
    try {
      conf(full, 100, '10.14.0.5');
      await full.startAgent();
      await full.until(serves('10.14.0.5'), 'served');
      const machine = full.guest('bc:24:11:00:04:00');
      spawnSync('dd', ['if=/dev/zero', `of=${run}/big`, 'bs=4k'], { stdio: 'ignore' });
      conf(full, 100, '10.14.0.6');
      const broken = await full.until(({ networks }) => networks[0]?.detail !== undefined, 'it is said');
      expect(broken.networks[0]).toMatchObject({ state: 'serving', guests: [{ address: '10.14.0.5' }] });
      expect(broken.networks[0]?.detail).toMatch(/ENOSPC|no space left/);
      expect(await full.dhcp(machine)).toMatchObject({ ip: '10.14.0.5' });
      rmSync(join(run, 'big'));
      await full.until(serves('10.14.0.6'), 'made up for');
      expect(await full.dhcp(machine, { seconds: 6 })).toMatchObject({ ip: '10.14.0.6' });
    } finally {
      // What it knows of its Keas is in that folder.
      await full.takeDown();
      spawnSync('umount', ['--lazy', run]);
      await full.end();
      expect(keasOf(full)).toEqual([]);
      expect(remains(full)).toEqual([]);
    }
  }, 60_000);

  test('without Kea the agent lives, and says what to install', async () => {
    const bare = new Lab({ PROXWRIGHT_KEA_PROGRAM: '/usr/sbin/kea-that-is-not-there' });
    try {
      conf(bare, 100, '10.15.0.5');
      await bare.startAgent();
      const status = await bare.until(({ networks }) => networks[0]?.state === 'failed', 'it fails');
      expect(status.kea.version).toBeUndefined();
      expect(status.problems).toEqual([
        '/usr/sbin/kea-that-is-not-there is not installed: apt install kea-dhcp4-server',
      ]);
      expect(status.networks[0]?.detail).toMatch(/Kea refuses to start/);
    } finally {
      await bare.end();
      expect(remains(bare)).toEqual([]);
    }
  });
});
