import { afterEach, describe, expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import type { KeaReading } from '../../src/view/kea/reading.ts';
import { textWidth } from '../../src/view/text/fit.ts';
import { keaGuest, keaNetwork, keaStatus } from './fake-kea.ts';
import { type FakeOptions, fakeSession } from './fake-session.ts';
import { onScreen, type Screen, type ScreenOptions } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

const running = (...made: Parameters<typeof keaStatus>): KeaReading => ({
  agent: 'running',
  node: 'pve1',
  status: keaStatus(...made),
});

const lab = running(
  [
    keaNetwork('vmbr0'),
    keaNetwork('vmbr0', {
      vlan: 20,
      state: 'waiting',
      generation: undefined,
      detail: 'there is no bridge vmbr0',
      guests: [keaGuest(201, { lease: 'expired' })],
      offers: Array.from({ length: 60 }, () => 0),
    }),
  ],
  {
    findings: [
      { vmid: 300, nic: 'net0', severity: 'error', message: 'its address is taken', networks: ['vmbr0'] },
      { vmid: 301, nic: null, severity: 'warning', message: 'its name is none', networks: [] },
    ],
  },
);

/** From home, whose menu has asked each node once, to the Kea screen, which is told `kea`. */
async function open(
  kea: readonly (KeaReading | Error)[],
  { kind = 'sandbox', ...look }: Partial<ScreenOptions> & Pick<FakeOptions, 'kind'> = {},
) {
  const inMenu: KeaReading = { agent: 'absent', node: '', why: '', installed: false };
  const session = fakeSession({ kea: [inMenu, inMenu, inMenu, ...kea], kind });
  screen = onScreen({ session, ...look });
  await screen.shows('Flatcar cluster');
  for (let tries = 0; tries < 400 && !session.calls.includes('kea pve3'); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  session.calls.length = 0;
  await screen.press('/', 'live');
  await screen.shows('DHCP live');
  await screen.press('enter');
  return { at: screen, session };
}

test('networks on the left, the guests of the chosen one on the right, findings below', async () => {
  const { at, session } = await open([lab]);
  const frame = await at.shows('agent pid 812');
  expect(session.calls).toContain('kea pve1');
  expect(frame).toMatch(/\[pve1\] pve2 {2}pve3 +agent pid 812 · Kea 2\.6\.3 · began 3 h ago/);
  expect(frame).toMatch(/network +state +gen +found +vmbr0 {2}2 guests, 1 with a lease/);
  expect(frame).toMatch(/❯ vmbr0 +✓ serving +12 +! 1 /);
  expect(frame).toMatch(/vmbr0\.20 +· waiting +! 1/);
  expect(frame).toMatch(/101 net0 {2}10\.0\.20\.101 {2}✓ 41 min/);
  expect(frame).toMatch(/102 net0 {2}10\.0\.20\.102 {2}· not asked/);
  expect(frame).toContain('OFFERs per minute, most 3');
  expect(frame).toMatch(/▃█\n.*▅██\n/);
  expect(frame).toContain('✗ guest 300 net0: its address is taken');
  await at.press('down');
  expect(at.frame()).toMatch(/❯ vmbr0\.20/);
  expect(at.frame()).toMatch(/201 net0 {2}10\.0\.20\.201 {2}! expired/);
  expect(at.frame()).toContain('! vmbr0.20 waits: there is no bridge vmbr0');
  expect(at.frame()).toMatch(/no OFFER in the last \d+ min/);
});

test('a guest that the cursor is on is told in full; left goes to the networks, then home', async () => {
  const { at } = await open([lab]);
  await at.shows('agent pid 812');
  await at.press('right', 'down');
  await at.shows('bc:24:11:00:00:66 · edge-102');
  expect(at.frame()).toMatch(/→ vmbr0 .*\n/);
  await at.press('left');
  await at.shows('❯ vmbr0 ');
  await at.press('left');
  await at.shows('Flatcar cluster');
});

test('a single finding that is longer than a line stands there whole', async () => {
  const message =
    'not served: its address 10.0.20.101 is also that of guest 101 net0, which has the lower id';
  const { at } = await open([
    running([keaNetwork('vmbr0')], {
      findings: [{ vmid: 300, nic: 'net0', severity: 'error', message, networks: ['vmbr0'] }],
    }),
  ]);
  const frame = await at.shows('✗ guest 300 net0: not served');
  expect(frame).toContain('the lower id');
  expect(frame).not.toContain('in all: f');
});

test('all findings in full by a key', async () => {
  const { at } = await open([lab]);
  await at.shows('agent pid 812');
  await at.press('f');
  const frame = await at.shows('DHCP live: findings');
  expect(frame).toContain('! guest 301: its name is none');
  await at.press('escape');
  await at.shows('OFFERs per minute');
});

test('the screen follows: what changes is shown, what stops is said', async () => {
  const { at } = await open(
    [
      running([keaNetwork('vmbr0')]),
      running([keaNetwork('vmbr0', { guests: [keaGuest(109)] })]),
      new TargetError('no answer', { where: 'pve1', why: 'connection refused' }),
      { agent: 'absent', node: 'pve1', why: 'the Kea agent does not run here', installed: true },
    ],
    { kind: 'ssh' },
  );
  await at.shows('101 net0');
  await at.press('r');
  await at.shows('109 net0');
  await at.press('r');
  expect(await at.shows('pve1 does not answer; this is from just now')).toContain('109 net0');
  await at.press('r');
  expect(await at.shows('No Kea agent runs on pve1.')).toContain('systemctl status proxwright-kea');
});

test('it is asked again and again without a key', async () => {
  const { at } = await open([running([keaNetwork('vmbr0')]), running([keaNetwork('vmbr7')])]);
  await at.shows('❯ vmbr0');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await at.shows('❯ vmbr7');
});

test('another node by a key; one without an agent says how to get one', async () => {
  const absent: KeaReading = { agent: 'absent', node: 'pve2', why: '', installed: false };
  const { at, session } = await open([lab, absent]);
  await at.shows('agent pid 812');
  await at.press('n');
  const frame = await at.shows('No Kea agent runs on pve2.');
  expect(frame).toContain('[pve2]');
  expect(frame).toContain('proxwright itself is not installed on pve2');
  expect(session.calls).toContain('kea pve2');
  await at.press('i');
  await at.shows('called after it');
});

test('keys that come before a node has answered are not lost', async () => {
  const { at } = await open([{ agent: 'absent', node: '', why: '', installed: false }]);
  await at.shows('[pve1]');
  await at.press('n', 'n');
  await at.shows('[pve3]');
  await at.press('n', 'n');
  await at.shows('[pve2]');
});

test('the API alone cannot ask an agent', async () => {
  const { at } = await open([{ agent: 'out-of-reach', node: 'pve1' }]);
  await at.shows('cannot be asked');
  expect(at.frame()).toContain('proxwright --target ssh://root@pve1');
});

test('the menu says where agents run, and what is not served', async () => {
  const absent: KeaReading = { agent: 'absent', node: '', why: '', installed: false };
  const failed = running([keaNetwork('vmbr0', { state: 'failed', generation: undefined })]);
  for (const [kea, line] of [
    [[lab], /DHCP live +what Kea serves, and to whom +✓ running/],
    [[lab, absent], /DHCP live +what Kea serves, and to whom +✓ on 1 of 3 nodes/],
    [[failed, absent], /DHCP live +what Kea serves, and to whom +✗ 1 network not served/],
    [[absent], /DHCP live +what Kea serves, and to whom *$/m],
    [[lab, new TargetError('no answer')], /DHCP live +what Kea serves, and to whom +✓ running/],
  ] as const) {
    screen = onScreen({ session: fakeSession({ kea }) });
    for (let tries = 0; tries < 200 && !line.test(screen.frame()); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(screen.frame()).toMatch(line);
    screen.leave();
  }
});

describe('a node that cannot be reached', () => {
  test('is told with the reason, and asked again', async () => {
    const { at } = await open([new TargetError('no answer', { why: 'connection refused' }), lab]);
    await at.shows('pve1 could not be asked');
    expect(at.frame()).toContain('connection refused');
    expect(at.frame()).toContain('n next node');
    await at.press('r');
    await at.shows('agent pid 812');
  });
});

test('to a screen reader: words, no signs, and nothing by itself', async () => {
  const { at, session } = await open([lab], { screenReader: true });
  const frame = await at.shows('vmbr0 serving generation 12 1 finding');
  expect(frame).toContain('Node pve1; also there: pve2, pve3.');
  expect(frame).toMatch(/guest 101 net0 10\.0\.20\.101 lease for another 41 min/);
  expect(frame).toContain('6 OFFERs in the last');
  expect(frame).not.toMatch(/[✓✗·❯▁-█─]/);
  const asked = session.calls.filter((call) => call === 'kea pve1').length;
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  expect(session.calls.filter((call) => call === 'kea pve1')).toHaveLength(asked);
});

const crowd = running(
  Array.from({ length: 30 }, (_, bridge) =>
    keaNetwork(`vmbr${bridge}`, {
      guests: Array.from({ length: 200 }, (_, at) =>
        keaGuest(100_000_000 + at, { hostname: `${'x'.repeat(60)}${at}`, address: '192.168.100.200' }),
      ),
    }),
  ),
  {
    findings: Array.from({ length: 40 }, (_, at) => ({
      vmid: 100 + at,
      nic: 'net0',
      severity: 'error' as const,
      message: 'a sentence that is longer than a line of a terminal that is eighty columns wide can be',
      networks: ['vmbr0'],
    })),
  },
);

describe.each([
  [80, 24],
  [120, 40],
  [160, 50],
  [60, 15],
  [40, 10],
])('%i×%i', (columns, rows) => {
  test.each([
    ['a few', lab, false],
    ['thousands', crowd, false],
    ['ASCII', crowd, true],
  ])('%s fit, and the keys stay', async (_name, reading, ascii) => {
    const { at } = await open([reading], { columns, rows, ascii });
    await at.shows('vmbr0');
    await at.press('end', 'right', 'pagedown');
    await at.shows(ascii ? 'left networks' : '← networks');
    const lines = at.frame().split('\n');
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    if (ascii) expect(at.frame()).toMatch(/^[\n -~]*$/);
  });
});
