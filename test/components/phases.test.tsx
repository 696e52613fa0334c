import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import type { Session } from '../../src/view/session.ts';
import { now } from './fake-facts.ts';
import { fakeSession } from './fake-session.ts';
import { onScreen, type Screen, type ScreenOptions } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

const STEP = 'build image.tar.gz';
const titles = [
  'Preparation',
  'Package lists',
  'Base system',
  'Packages',
  'Settings, kernel, clean-up',
  'Tarball',
];

/** A build in its fourth phase, as the run screen meets it. */
const events: RunEvent[] = [
  {
    type: 'run-started',
    time: now - 40_000,
    run: '01C',
    title: 'MAAS image image.tar.gz',
    target: 'sandbox',
    mode: 'resume',
    process: { pid: 1, machine: 'here' },
    steps: [
      {
        id: STEP,
        title: `${STEP} on this machine`,
        needs: [],
        phases: titles.map((title, at) => ({ id: `p${at}`, title, seconds: 10 * at })),
      },
      { id: 'verify image.tar.gz', title: 'verify image.tar.gz', needs: [STEP] },
    ],
  },
  { type: 'step-started', time: now - 40_000, step: STEP },
  ...[0, 1, 2, 3].map(
    (at): RunEvent => ({
      type: 'step-progress',
      time: now - 40_000 + 12_000 * at,
      step: STEP,
      fraction: 0.2 * at,
      phase: { id: `p${at}`, fraction: at === 3 ? 0.42 : 0 },
      text: '',
    }),
  ),
];

test('a bar per phase, its time, and the time of the last build', async () => {
  const lines = (await build({ columns: 80, rows: 24 })).split('\n');
  expect(lines).toHaveLength(24);
  const of = (title: string): string => lines.find((line) => line.includes(` ${title}  `))?.trim() ?? '';
  expect(of('Package lists')).toMatch(/^✓ Package lists +▇{12} +100 % +12 s last 10 s$/);
  expect(of('Packages')).toMatch(/^→ Packages +▇{5}▁{7} +42 % +4 s last 30 s$/);
  expect(of('Tarball')).toMatch(/^· Tarball +▁{12} +last 50 s$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('on a small terminal the phase that goes on stays in sight', async () => {
  const text = await build({ columns: 50, rows: 12 });
  expect(text).toMatch(/→ Packages .* 42 %/);
  expect(text.split('\n')).toHaveLength(12);
});

test('in ASCII nothing else is drawn', async () => {
  const text = await build({ columns: 80, rows: 24, ascii: true });
  expect(text).toMatch(/> Packages +#{5}\.{7} +42 %/);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
});

test('a screen reader hears words in place of bars', async () => {
  const text = await build({ columns: 80, rows: 24, screenReader: true });
  expect(text).toContain('done: Package lists 12 s last time 10 s');
  expect(text).toContain('at work: Packages 42 % 4 s last time 30 s');
  expect(text).toContain('waiting: Tarball');
  expect(text).not.toMatch(/[▇▁]/);
});

/** The run screen, come to by going on with a run. */
async function build(options: Omit<ScreenOptions, 'session'>): Promise<string> {
  const runs = [
    { id: '01C', title: 'MAAS image', target: 'sandbox', started: now, status: 'failed', done: 0, total: 2 },
  ] as const;
  const resume: Session['resume'] = async (run, { onEvent, signal }) => {
    for (const event of events) onEvent(event);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { run, status: 'cancelled' };
  };
  screen = onScreen({ session: { ...fakeSession({ runs }), resume }, ...options });
  await screen.shows('proxwright');
  for (const key of ['up', 'enter', 'r']) {
    await screen.press(key);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return screen.shows('42 %');
}
