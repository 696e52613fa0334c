import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, startAsking } from './kea-asking.ts';
import { Lab, remains, whyNot } from './kea-lab.ts';

const reason = whyNot();
if (reason && process.env.CI) throw new Error(`Kea's system tests must run in CI: ${reason}`);

/** RFC 2132 section 9.6. */
const [DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM] = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const REQUESTED = 50;
const SERVER = 54;

/** What clients of other makes send in states that udhcpc is hardly ever in (RFC 2131 section 4.3). */
describe.skipIf(reason)(`a client in any state${reason ? ` (${reason})` : ''}`, () => {
  let lab: Lab;
  let ask: Ask;
  const mac = 'bc:24:11:00:06:01';
  const stranger = '02:00:00:00:06:66';
  const address = '10.16.0.5';
  const elsewhere = '10.16.0.99';
  const nic = (octet: string): string => `net0: virtio=BC:24:11:00:06:${octet},bridge=${lab.bridge}\n`;

  /** Kea answers within milliseconds; silence is waited for no longer than this. */
  const silence = { wait: 500 };
  const serverId = async (): Promise<string> => (await ask(DISCOVER))?.server ?? '';

  beforeAll(async () => {
    lab = new Lab();
    lab.conf(100, `${nic('01')}ipconfig0: ip=${address}/24,gw=10.16.0.1\nnameserver: 10.16.0.53\n`);
    const servers = Array.from({ length: 100 }, (_, index) => `10.17.0.${index + 1}`);
    lab.conf(101, `${nic('02')}ipconfig0: ip=10.16.0.6/24\nnameserver: ${servers.join(' ')}\n`);
    const domains = Array.from({ length: 40 }, (_, index) => `${'x'.repeat(60)}.${index}.example`);
    lab.conf(102, `${nic('03')}ipconfig0: ip=10.16.0.7/24\nsearchdomain: ${domains.join(' ')}\n`);
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'served');
    ask = startAsking(lab, { mac, address });
  });

  afterAll(async () => {
    await lab.end();
    expect(remains(lab)).toEqual([]);
  });

  test('INIT: the offer is taken, or another server’s', async () => {
    const offer = await ask(DISCOVER);
    expect(offer).toMatchObject({ type: OFFER, address });
    const server = offer?.server ?? '';
    expect(
      await ask(REQUEST, { addresses: { [SERVER]: '10.99.0.1', [REQUESTED]: address }, ...silence }),
    ).toBe(null);
    expect(await ask(REQUEST, { addresses: { [SERVER]: server, [REQUESTED]: elsewhere } })).toMatchObject({
      type: NAK,
    });
    expect(await ask(REQUEST, { addresses: { [SERVER]: server, [REQUESTED]: address } })).toMatchObject({
      type: ACK,
      address,
    });
  });

  test('INIT-REBOOT: its own address is confirmed, any other refused', async () => {
    expect(await ask(REQUEST, { addresses: { [REQUESTED]: address } })).toMatchObject({ type: ACK, address });
    expect(await ask(REQUEST, { addresses: { [REQUESTED]: elsewhere } })).toMatchObject({ type: NAK });
  });

  test('a client that changes its client id keeps its address: the next system on the same machine', async () => {
    for (const clientId of ['01bc2411000601', 'ff00000001', '00666f6f']) {
      expect(await ask(DISCOVER, { clientId })).toMatchObject({
        type: OFFER,
        address,
        options: { 61: clientId },
      });
      expect(await ask(REQUEST, { clientId, addresses: { [REQUESTED]: address } })).toMatchObject({
        type: ACK,
        address,
      });
    }
  });

  test('REBINDING and INFORM are answered', async () => {
    expect(await ask(REQUEST, { ciaddr: address })).toMatchObject({ type: ACK, address });
    const informed = await ask(INFORM, { ciaddr: address });
    expect(informed).toMatchObject({ type: ACK, options: { 6: '0a100035' } });
  });

  test('a renewal that is sent to the server’s own address goes astray, so REBINDING follows soon', async () => {
    const offer = await ask(DISCOVER);
    const seconds = (code: number): number => Number.parseInt(offer?.options[code] ?? '', 16);
    expect(seconds(51)).toBe(3600);
    expect(seconds(59) - seconds(58)).toBeLessThanOrEqual(120);
    expect(seconds(58)).toBeGreaterThan(0);
  });

  test('DECLINE: whoever found its address in use gets it again when it asks again', async () => {
    const server = await serverId();
    await ask(REQUEST, { addresses: { [SERVER]: server, [REQUESTED]: address } });
    await ask(DECLINE, { addresses: { [SERVER]: server, [REQUESTED]: address }, wait: 100 });
    // RFC 2131 section 3.1: a client waits ten seconds.
    await sleep(10_000);
    expect(await ask(DISCOVER)).toMatchObject({ type: OFFER, address });
    expect(await ask(REQUEST, { addresses: { [SERVER]: server, [REQUESTED]: address } })).toMatchObject({
      type: ACK,
    });
  }, 20_000);

  test('RELEASE: it may have its address again', async () => {
    await ask(RELEASE, { ciaddr: address, addresses: { [SERVER]: await serverId() }, wait: 100 });
    expect(await ask(DISCOVER)).toMatchObject({ type: OFFER, address });
  });

  test('a stranger gets no answer in any state, and can take nothing from a guest', async () => {
    const server = await serverId();
    await ask(REQUEST, { addresses: { [SERVER]: server, [REQUESTED]: address } });
    const both = { addresses: { [SERVER]: server, [REQUESTED]: address } };
    for (const [type, more] of [
      [DISCOVER, {}],
      [REQUEST, both],
      [REQUEST, { addresses: { [REQUESTED]: address } }],
      [REQUEST, { ciaddr: address }],
      [INFORM, { ciaddr: address }],
      [DECLINE, both],
      [RELEASE, { ciaddr: address, addresses: { [SERVER]: server } }],
    ] as const) {
      expect(await ask(type, { mac: stranger, ...more, wait: 300 })).toBe(null);
    }
    expect(await ask(REQUEST, { addresses: { [REQUESTED]: address } })).toMatchObject({ type: ACK, address });
  });

  test('more servers or domains than an option holds cost a guest the rest of them, not its address', async () => {
    const [, servers, domains] = ['01', '02', '03'].map((octet) => `bc:24:11:00:06:${octet}`);
    const first = await ask(DISCOVER, { mac: servers as string });
    expect(first).toMatchObject({ type: OFFER, address: '10.16.0.6' });
    expect(first?.options[6]).toHaveLength(63 * 8);
    expect(await ask(DISCOVER, { mac: domains as string })).toMatchObject({
      type: OFFER,
      address: '10.16.0.7',
    });
  });
});
