import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeas, holdsPacketSocket } from '../../src/kea/processes.ts';
import { startAsking } from './kea-asking.ts';
import { Lab, remains, whyNot } from './kea-lab.ts';
import { startProbing } from './kea-probing.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

/** A machine with too much to do gives a process no time just when it matters. */
describe.skipIf(reason)(`changes while somebody gets no time${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  const mac = (at: number): string => `bc:24:11:00:08:${(at + 16).toString(16)}`;
  const conf = (at: number, address: string): void =>
    lab.conf(100 + at, `net0: virtio=${mac(at)},bridge=${lab.bridge}\nipconfig0: ip=${address}/16\n`);
  const keas = () => findKeas((file) => file.startsWith(`${lab.variables.PROXWRIGHT_KEA_RUN}/`));

  beforeAll(async () => {
    lab = new Lab();
    for (let at = 0; at < 21; at += 1) conf(at, `10.19.0.${at + 1}`);
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'served');
  });

  afterAll(async () => {
    await lab.end();
    expect(remains(lab)).toEqual([]);
  });

  test('a lease that the old Kea gives at its very end is known to the new one', async () => {
    const address = '10.19.0.1';
    const ask = startAsking(lab, { mac: mac(0), address });
    const [DISCOVER, REQUEST, ACK] = [1, 3, 5];
    const server = (await ask(DISCOVER))?.server ?? '';
    const pid = keas().find((one) => holdsPacketSocket(one.pid))?.pid as number;
    process.kill(pid, 'SIGSTOP');
    const taken = ask(REQUEST, { addresses: { 50: address, 54: server }, wait: 5_000 });
    await sleep(100);
    conf(20, '10.19.9.1');
    for (
      let tries = 0;
      tries < 200 && keas().filter((one) => holdsPacketSocket(one.pid)).length < 2;
      tries += 1
    )
      await sleep(10);
    process.kill(pid, 'SIGCONT');
    expect(await taken).toMatchObject({ type: ACK, address });
    await lab.until(() => !keas().some((one) => one.pid === pid), 'the old one is gone');
    await lab.until(
      ({ networks }) =>
        networks[0]?.guests.some((one) => one.address === address && one.lease === 'active') ?? false,
      'the lease is known',
    );
  });

  const stopped: [string, () => number | undefined][] = [
    ['the Kea that is replaced', () => keas().find(({ pid }) => holdsPacketSocket(pid))?.pid],
    ['the Kea that replaces it', () => keas().find(({ pid }) => !holdsPacketSocket(pid))?.pid],
    ['the agent', () => lab.agent?.pid],
  ];
  test.each(stopped)(
    '%s: nothing is lost',
    async (who, find) => {
      const third = stopped.findIndex(([name]) => name === who) + 1;
      const macs = Array.from({ length: 20 }, (_, at) => mac(at));
      const probing = await startProbing(lab, { rate: 200, macs });
      for (let round = 1; round <= 5; round += 1) {
        // What is asked now waits in the queue of a Kea that does not read.
        const pid = find();
        if (pid !== undefined) process.kill(pid, 'SIGSTOP');
        await sleep(round * 10);
        conf(20, `10.19.${third}.${round}`);
        const chased = probing.chase(mac(20), `10.19.${third}.${round}`);
        await sleep(400);
        if (pid !== undefined) process.kill(pid, 'SIGCONT');
        await chased;
        await sleep(100);
      }
      expect(await probing.end()).toMatchObject({ lost: 0 });
    },
    30_000,
  );
});
