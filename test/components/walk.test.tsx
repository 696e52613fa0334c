import { afterEach, expect, test } from 'vitest';
import { type FakeOptions, type FakeSession, fakeSession } from './fake-session.ts';
import { onScreen, type Screen, type ScreenOptions } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

function open(
  options: FakeOptions = {},
  look: Partial<ScreenOptions> = {},
): { screen: Screen; session: FakeSession } {
  const session = fakeSession(options);
  screen = onScreen({ session, ...look });
  return { screen, session };
}

/** What was asked of the session beyond reading, which also goes on behind the screens. */
function acts({ calls }: FakeSession): string[] {
  return calls.filter((call) => call !== 'facts' && call !== 'runs' && !call.startsWith('kea '));
}

/** From home to the review, with as few answers as there must be. */
async function toReview(walker: Screen): Promise<void> {
  await walker.shows('Flatcar cluster');
  await walker.press('enter');
  await walker.shows('called after it');
  await walker.press('edge', 'enter', 'enter', 'enter', 'enter');
  await walker.shows('Becomes part of');
  await walker.press('server', 'enter', 'enter', 'enter', 'server.bu', 'enter');
  await walker.shows('More details?');
  await walker.press('enter');
  await walker.shows('server ×3');
  await walker.press('enter', 'enter', 'enter', 'hunter2', 'enter', 'enter');
  await walker.shows('to do');
}

test('home, wizard, review, run, result and home again', async () => {
  const { screen: walker, session } = open();
  await toReview(walker);
  expect(walker.frame()).toContain('+ 14 to do   · 1 already so   ! 1 remark');
  expect(walker.frame()).toContain('vmbr0.20 ┴──');
  await walker.press('enter');
  await walker.shows('edge cluster: 14 done, 1 already so');
  expect(walker.frame()).toMatch(/edge-server-2 +9102 +pve2 +10\.0\.20\.12 +BC:24:11/);
  expect(walker.frame()).toContain('proxwright runs undo 01J8ZQ4D3E');
  await walker.press('enter');
  await walker.shows('6 answers kept');
  expect(acts(session)).toEqual(['plan cluster', 'run']);
});

test('the answers that the wizard gave are saved whole', async () => {
  const { screen: walker, session } = open();
  await toReview(walker);
  await walker.press('s');
  await walker.shows('Save the answers as: edge.yaml');
  await walker.press('enter');
  await walker.shows('Saved as /root/edge.yaml');
  expect(session.saved).toEqual([
    {
      name: 'edge',
      image: 'flatcar-stable',
      nodes: ['pve1', 'pve2', 'pve3'],
      groups: [{ name: 'server', count: 3, memory: 4096, butane: 'server.bu' }],
      storage: 'local-lvm',
      password: 'hunter2',
    },
  ]);
});

test('a password is never drawn, neither typed nor in the calls of a step', async () => {
  const { screen: walker } = open();
  await toReview(walker);
  await walker.press('down', 'down', 'e');
  await walker.shows('password  ***');
  await walker.press('e', 'down', 'down', 'e');
  await walker.shows('"secret": "***"');
  expect(walker.frames.join('')).not.toContain('hunter2');
});

test('several keys in one piece go one after the other to the screens that they open', async () => {
  const { screen: walker } = open();
  await walker.shows('Flatcar cluster');
  await walker.press('enter');
  await walker.shows('called after it');
  await walker.press('edge\r\r');
  await walker.shows('Where guests may go');
});

test('keys held down on a slow line count, each of them', async () => {
  const { screen: walker } = open();
  await walker.shows('❯ Flatcar cluster');
  await walker.press('\x1b[B\x1b[B\x1b[B\x1b[A');
  const place = (text: string): number =>
    walker
      .frame()
      .split('\n')
      .findIndex((line) => line.includes(text));
  await expect.poll(() => place('❯') - place('Flatcar cluster')).toBe(2);
});

test('an error in the plan keeps it from being run and says what to change', async () => {
  const { screen: walker, session } = open({ planError: true });
  await toReview(walker);
  expect(walker.frame()).toContain("✗ bridge 'vmbr9' is not on pve2");
  expect(walker.frame()).toContain('→ choose vmbr0, which all nodes have');
  await walker.press('d');
  await walker.shows('One thing must change first');
  await walker.press('enter');
  await walker.shows("! bridge 'vmbr9' is not on pve2");
  expect(walker.frame()).toContain('❯ Groups');
  expect(session.calls).not.toContain('run');
});

test('guests are removed after a yes alone, however often Enter is pressed', async () => {
  const { screen: walker, session } = open({ replaces: true });
  await toReview(walker);
  await walker.press('enter', 'enter');
  await walker.press('enter');
  await walker.shows('Remove 1 guest with all that is on the disks, 1 of them for new ones?');
  expect(acts(session).filter((call) => call.startsWith('run'))).toEqual([]);
  await walker.press('n');
  await walker.shows('exact calls');
  await walker.press('enter', 'y');
  await walker.shows('edge cluster: 14 done');
});

test('a dry run says what would be done and goes back to the review', async () => {
  const { screen: walker, session } = open();
  await toReview(walker);
  await walker.press('d');
  await walker.shows('This was a dry run: nothing was changed.');
  expect(walker.frame()).toContain('14 to do, 1 already so');
  expect(walker.frame()).not.toContain('runs undo');
  await walker.press('enter');
  await walker.shows('review');
  expect(acts(session)).toEqual(['plan cluster', 'dry run', 'plan cluster']);
});

test('a failed run says why and is gone on with', async () => {
  const { screen: walker, session } = open({ fails: true });
  await toReview(walker);
  await walker.press('enter');
  await walker.shows("✗ start edge-server-2: bridge 'vmbr9' does not exist on pve2");
  expect(walker.frame()).toContain('→ make the bridge on pve2');
  expect(walker.frame()).toMatch(/go on: +proxwright runs resume 01J8ZQ4D3E/);
  expect(walker.frame()).toMatch(/or take it all back: +proxwright runs undo 01J8ZQ4D3E/);
  await walker.press('r');
  await walker.shows('edge cluster: 14 done');
  expect(session.calls).toContain('resume 01J8ZQ4D3E');
});

test('undo asks first, and no is no', async () => {
  const { screen: walker, session } = open();
  await toReview(walker);
  await walker.press('enter');
  await walker.shows('14 done');
  await walker.press('u');
  await walker.shows('Take back all that this run did?');
  await walker.press('n');
  expect(acts(session).at(-1)).toBe('run');
  await walker.press('u', 'y');
  await walker.shows('14 taken back');
  expect(acts(session).at(-1)).toBe('undo 01J8ZQ4D3E');
});

test('cancelling asks first and ends the run in a way that can be resumed', async () => {
  const { screen: walker } = open({ pace: 15 });
  await toReview(walker);
  await walker.press('enter');
  await walker.shows('of 15 steps');
  await walker.press('ctrl-c');
  await walker.shows('Cancel? What is done stays');
  await walker.press('y');
  await walker.shows('edge cluster: cancelled');
  expect(walker.frame()).toContain('proxwright runs resume 01J8ZQ4D3E');
});

test('the log and all steps can be looked at while a run goes on', async () => {
  const { screen: walker } = open({ pace: 15 });
  await toReview(walker);
  await walker.press('enter');
  await walker.shows('importing');
  await walker.press('l');
  await walker.shows('l steps');
  await walker.shows('pve2  transferred');
  await walker.press('l', 'enter');
  await walker.shows('less');
});
