import { afterEach, describe, expect, test } from 'vitest';
import { textWidth } from '../../src/view/text/fit.ts';
import { now } from './fake-facts.ts';
import { fakeSession } from './fake-session.ts';
import { onScreen, type Screen } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

const hour = 3_600_000;
const runs = [
  {
    id: '01A',
    title: 'edge cluster',
    target: 'sandbox',
    started: now - hour / 5,
    status: 'ok',
    done: 14,
    total: 15,
  },
  {
    id: '01B',
    title: 'web-1',
    target: 'sandbox',
    started: now - 30 * hour,
    status: 'failed',
    done: 2,
    total: 5,
  },
] as const;

/** Screen by name → the keys that lead there from home. */
const walks: readonly (readonly [string, readonly string[], string])[] = [
  ['home', [], 'Flatcar cluster'],
  ['question', ['enter'], 'Name'],
  ['choice', ['enter', 'edge', 'enter'], 'stable 4593'],
  ['many', ['enter', 'edge', 'enter', 'enter'], 'Nodes'],
  ['list', ['enter', 'edge', 'enter', 'enter', 'enter'], 'Add one'],
  ['help', ['?'], 'What can be done'],
  ['runs', ['up', 'enter'], 'web-1'],
  ['run details', ['up', 'enter', 'enter'], '14 of 15 done'],
];

describe.each([
  [80, 24],
  [120, 40],
  [160, 50],
  [60, 15],
  [40, 10],
])('%i×%i', (columns, rows) => {
  test.each(walks)('%s fills the terminal and nothing goes beyond it', async (_name, keys, shown) => {
    screen = onScreen({ session: fakeSession({ runs }), columns, rows });
    await screen.shows('proxwright');
    for (const key of keys) {
      await screen.press(key);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await screen.shows(shown);
    const lines = screen.frame().split('\n');
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    // The footer never gives way: it says how to go on.
    expect(lines.at(-1)).toMatch(/choose|take|scroll|any key|resume/);
  });
});

test('a smaller terminal is drawn anew at once, and nothing typed is lost', async () => {
  screen = onScreen({ session: fakeSession() });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge');
  await screen.resize(50, 12);
  expect(screen.frame().split('\n')).toHaveLength(12);
  expect(screen.frame()).toContain('❯ edge');
});

test('the sandbox cannot be missed, a real target is named', async () => {
  screen = onScreen({ session: fakeSession({ kind: 'sandbox' }) });
  await screen.shows('SANDBOX');
  expect(screen.frame()).toContain('Nothing real is touched');
  screen.leave();
  screen = onScreen({ session: fakeSession({ kind: 'ssh' }) });
  await screen.shows('pve1.lab · Proxmox VE 9.2 · 3 nodes');
  expect(screen.frame()).not.toMatch(/sandbox/i);
});

test('home tells how the last run went', async () => {
  screen = onScreen({ session: fakeSession({ runs }) });
  await screen.shows('last: edge cluster, 12 min ago');
  expect(screen.frame()).toContain('✓ ok');
});

test('/ on home narrows the menu, escape brings it back', async () => {
  screen = onScreen({ session: fakeSession() });
  await screen.shows('DHCP setup');
  await screen.press('/', 'kea');
  expect(screen.frame()).not.toContain('Flatcar cluster');
  await screen.press('escape');
  await screen.shows('Flatcar cluster');
});

test('in ASCII mode there is no other sign', async () => {
  screen = onScreen({ session: fakeSession({ runs }), ascii: true });
  await screen.shows('+ ok');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge', 'enter');
  await screen.shows('stable 4593');
  for (const frame of screen.frames) expect(frame).toMatch(/^[ -~\n]*$/);
});

test('for screen readers states are words, and there are no drawings', async () => {
  screen = onScreen({ session: fakeSession({ runs }), screenReader: true });
  await screen.shows('(here) Flatcar cluster: several guests');
  await screen.press('enter');
  await screen.shows('Typed: nothing yet');
  await screen.press('edge', 'enter');
  await screen.shows('(here) stable 4593');
  await screen.press('enter');
  await screen.shows('(here) marked: pve1');
  for (const frame of screen.frames) expect(frame).not.toMatch(/[─-╿▁-▇⏎✓✗❯]/);
});

test('a run that is complete is not resumed, and says so', async () => {
  const session = fakeSession({ runs });
  screen = onScreen({ session });
  await screen.shows('Runs');
  await screen.press('up', 'enter');
  await screen.shows('web-1');
  await screen.press('r');
  await screen.shows('This run is complete');
  await screen.press('down', 'r');
  await screen.shows('edge cluster: 14 done');
  expect(session.calls).toContain('resume 01B');
});

test('details of a run show its steps where the journal can be read', async () => {
  const steps = [{ id: 'clone web-1', title: 'clone web-1', needs: [] }];
  screen = onScreen({
    session: fakeSession({
      runs,
      journal: [
        {
          time: now,
          type: 'run-started',
          run: '01B',
          title: 'web-1',
          target: 'sandbox',
          steps,
          mode: 'apply',
          process: { pid: 1, machine: 'x' },
        },
        { time: now, type: 'step-failed', step: 'clone web-1', error: { message: 'no space left' } },
      ],
    }),
  });
  await screen.shows('Runs');
  await screen.press('up', 'enter');
  await screen.shows('web-1');
  await screen.press('down', 'enter');
  await screen.shows('✗ clone web-1  no space left');
});

test('q and Ctrl+C leave, and say so once', async () => {
  for (const key of ['q', 'ctrl-c']) {
    let left = 0;
    screen = onScreen({ session: fakeSession(), onExit: () => (left += 1) });
    await screen.shows('Flatcar cluster');
    await screen.press(key);
    expect(left).toBe(1);
    screen.leave();
  }
});

test('answers that are in no file are not forgotten without a question; Ctrl+C twice leaves anyway', async () => {
  let left = 0;
  const session = fakeSession({ files: ['edge.yaml'] });
  screen = onScreen({ session, onExit: () => (left += 1) });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge', 'enter', 'escape', 'escape');
  await screen.shows('1 answer kept');
  await screen.press('q');
  await screen.shows('These answers are in no file yet');
  await screen.press('escape');
  await screen.shows('1 answer kept');
  await screen.press('q', 's');
  await screen.shows('Save the answers as: edge.yaml');
  await screen.press('enter');
  await screen.shows('Not saved: /root/edge.yaml is there already. Give another name, or esc.');
  await screen.shows('Save the answers as: edge.yaml');
  await screen.press('backspace', '2', 'enter');
  await screen.shows('All answers are saved');
  expect(left).toBe(0);
  await screen.press('y');
  expect(left).toBe(1);
  screen.leave();

  screen = onScreen({ session: fakeSession(), onExit: () => (left += 1) });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge', 'enter', 'ctrl-c');
  await screen.shows('These answers are in no file yet');
  expect(left).toBe(1);
  await screen.press('ctrl-c');
  expect(left).toBe(2);
});

test.each([
  ['y', 'Proxmox VE 9.2'],
  ['n', 'pve1.lab could not be read'],
])('a question of the target stands above the screen: %s', async (answer, then) => {
  const session = fakeSession({ kind: 'ssh', question: 'pve1:22 shows a host key. Is it right?' });
  screen = onScreen({ session });
  await screen.shows('pve1:22 shows a host key. Is it right?');
  await screen.press(answer);
  await screen.shows(then);
  expect(screen.frame()).toContain('Flatcar cluster');
});

test('what was said while the target was opened stands on home', async () => {
  screen = onScreen({ session: fakeSession({ kind: 'https', remarks: ['its certificate is not checked'] }) });
  await screen.shows('! its certificate is not checked');
});

test('escapes in names from elsewhere are not obeyed', async () => {
  const evil = { ...runs[0], title: 'edge\x1b]0;owned\x07\x1b[31m\u202ecluster' };
  screen = onScreen({ session: fakeSession({ runs: [evil] }) });
  await screen.shows('last: edge?cluster');
  for (const frame of screen.frames) {
    expect(frame).not.toContain('\x1b');
    expect(frame).not.toContain('\u202e');
  }
});
