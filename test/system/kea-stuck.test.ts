import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeas, holdsPacketSocket } from '../../src/kea/processes.ts';
import type { KeaStatus } from '../../src/kea/status.ts';
import { ip, Lab, remains, whyNot } from './kea-lab.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

/** Processes that live but do nothing, and links that are there but carry nothing. */
describe.skipIf(reason)(`what hangs is replaced${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  let guest: string;
  const conf = (vmid: number, address: string): void =>
    lab.conf(
      vmid,
      `net0: virtio=BC:24:11:00:07:${vmid - 100 + 10},bridge=${lab.bridge}\nipconfig0: ip=${address}/24\n`,
    );
  const serves =
    (address: string) =>
    ({ networks }: KeaStatus): boolean =>
      networks[0]?.state === 'serving' && networks[0].guests.some((one) => one.address === address);
  const running = () => findKeas((file) => file.startsWith(`${lab.variables.PROXWRIGHT_KEA_RUN}/`));
  const keas = (): number[] => running().map(({ pid }) => pid);
  const link = async (): Promise<{ namespace: string; port: string }> =>
    (await lab.status()).networks[0] as { namespace: string; port: string };
  /** A Kea that serves, or one that stands by. */
  async function kea(serving: boolean): Promise<number> {
    for (let tries = 0; tries < 200; tries += 1) {
      const all = running();
      const ready = all.filter(({ conf: file }) => existsSync(file.replace(/json$/, 'sock')));
      const found = ready.find(({ pid }) => holdsPacketSocket(pid) === serving);
      if (found && all.length === 2) return found.pid;
      await sleep(20);
    }
    throw new Error('there is no such Kea');
  }

  beforeAll(async () => {
    lab = new Lab();
    conf(100, '10.18.0.5');
    await lab.startAgent();
    await lab.until(serves('10.18.0.5'), 'served');
    guest = lab.guest('bc:24:11:00:07:10');
  });

  afterAll(async () => {
    await lab.end();
    expect(keas()).toEqual([]);
    expect(remains(lab)).toEqual([]);
  });

  test('a Kea that serves, as soon as somebody asks in vain', async () => {
    const pid = await kea(true);
    process.kill(pid, 'SIGSTOP');
    // The agent looks every 15 seconds.
    expect(await lab.dhcp(guest, { seconds: 40 })).toMatchObject({ ip: '10.18.0.5' });
    const { networks } = await lab.until(() => !keas().includes(pid), 'it is gone');
    expect(networks[0]).toMatchObject({ state: 'serving', restarts: 1 });
  }, 60_000);

  test('a Kea that serves, in the middle of a change', async () => {
    const pid = await kea(true);
    process.kill(pid, 'SIGSTOP');
    conf(101, '10.18.0.6');
    await lab.until(serves('10.18.0.6'), 'the change is served');
    expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
    await lab.until(() => !keas().includes(pid), 'it is gone');
  }, 20_000);

  test.each(['SIGSTOP', 'SIGSEGV'] as const)(
    'a Kea that stands by: %s',
    async (signal) => {
      const address = signal === 'SIGSTOP' ? '10.18.0.7' : '10.18.0.8';
      process.kill(await kea(false), signal);
      conf(101, address);
      await lab.until(serves(address), 'the change is served');
      expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
    },
    20_000,
  );

  test('a veth that somebody set down at either end, or without its addresses', async () => {
    const { namespace, port } = await link();
    ip('link', 'set', port, 'down');
    expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
    ip('-n', namespace, 'link', 'set', 'kea0', 'down');
    expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
    ip('-n', namespace, 'addr', 'flush', 'dev', 'kea0');
    conf(101, '10.18.0.9');
    await lab.until(serves('10.18.0.9'), 'the change is served');
    expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
  }, 20_000);

  test('an agent of another name, as after the node got one, leaves nothing of the first', async () => {
    const { namespace, port } = await link();
    await lab.stopAgent('SIGKILL');
    lab.variables.PROXWRIGHT_KEA_NODE = 'renamed';
    await lab.startAgent();
    await lab.until(serves('10.18.0.5'), 'served');
    expect(keas().filter(holdsPacketSocket)).toHaveLength(1);
    expect(existsSync(`/run/netns/${namespace}`)).toBe(false);
    expect(spawnSync('ip', ['link', 'show', port]).status).not.toBe(0);
    expect(await lab.dhcp(guest, { seconds: 8 })).toMatchObject({ ip: '10.18.0.5' });
  });
});
