import { afterEach, describe, expect, test } from 'vitest';
import { textWidth } from '../../src/view/text/fit.ts';
import { fakeDoctor, illItem, item } from '../view/doctor/fake-doctor.ts';
import { fakeSession } from './fake-session.ts';
import { onScreen, type Screen, type ScreenOptions } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

const hosts = illItem('PVE-HOSTS', 'pve1');
const all = [
  item('PVE-VERSION', 'pve1', { message: '9.2.11' }),
  item('PVE-VERSION', 'pve2', { message: '9.2.11' }),
  item('PVE-VERSION', 'pve3', { message: '9.2.11' }),
  hosts,
  item('NET-MTU', '', {
    severity: 'warn',
    message: 'vmbr0 has 9000, its port eno1 1500',
    fix: { text: 'give both the same' },
  }),
  item('KEA-AGENT', 'pve1', {
    severity: 'info',
    message: 'it is not installed',
    fix: { text: 'install it' },
  }),
];

/** The doctor's screen, come to from home. */
async function open(
  given: Parameters<typeof fakeDoctor>[0] = all,
  look: Partial<ScreenOptions> & Parameters<typeof fakeDoctor>[1] = {},
) {
  const { held, fails, ...options } = look;
  const doctor = fakeDoctor(given, { ...(held ? { held } : {}), ...(fails ? { fails } : {}) });
  const shown = onScreen({ session: { ...fakeSession(), doctor }, ...options });
  screen = shown;
  await shown.shows('proxwright');
  await shown.press('up', 'up', 'enter');
  await shown.shows('doctor');
  return { screen: shown, doctor };
}

test('home has a line for it, and knows its figures once it has looked', async () => {
  const { screen: it } = await open();
  await it.shows('✗ 1 failed');
  await it.press('escape');
  await it.shows('1 failed, 1 warning, 1 remark');
  expect(it.frame()).toMatch(/❯ Doctor .* ✗ 1\n/);
});

test('groups with their figures, the worst first, what and why and how to fix it', async () => {
  const { screen: it } = await open();
  await it.shows('4 checks in 1 s');
  const frame = it.frame();
  expect(frame).toMatch(/✗ 1 failed {2}! 1 warning {2}· 1 remark {2}✓ 1 passed/);
  expect(frame).toMatch(/❯ all +✗ 1 ! 1 +❯ ✗ PVE-HOSTS +pve1: its name is on 127\.0\.1\.1/);
  expect(frame).toMatch(/ node +✗ 1 +! NET-MTU +vmbr0 has 9000/);
  expect(frame).toMatch(/ kea +· 1/);
  expect(frame).toContain('why   why of PVE-HOSTS');
  expect(frame).toContain('fix   put it on its address');
  expect(frame).toContain('type  nano /etc/hosts');
  expect(frame).toContain('more  https://pve.example/hosts');
  await it.press('enter');
  await it.shows('What f would change:');
  expect(it.frame()).toContain('from  /etc/PVE-HOSTS');
});

test('whatever the reason takes, the fix is in sight', async () => {
  const why = 'a very long reason '.repeat(30);
  const { screen: it } = await open([illItem('PVE-HOSTS', 'pve1', { why })]);
  await it.shows('1 of 1');
  expect(it.frame()).toMatch(/ a very …\n {3}fix /);
  expect(it.frame()).toContain('type  nano /etc/hosts');
  expect(it.frame()).toContain('or    press f');
});

test('filters by severity and by text; back and forth loses neither', async () => {
  const { screen: it } = await open();
  await it.shows('1 of 3');
  await it.press('s', 's', 's', 's');
  await it.shows('all nodes: 9.2.11');
  await it.press('/', 'version');
  await it.shows('1 of 1');
  await it.press('enter', 'q');
  await it.shows('1 failed, 1 warning');
  await it.press('enter');
  await it.shows('Listed: everything, what passed too, with "version"');
  await it.press('escape', 's');
  await it.shows('Listed: remarks and worse');
  await it.press('/', 'version');
  await it.shows('Nothing listed has "version" in it.');
  expect(it.frame()).toContain('1 other could be: s lists more.');
});

test('keys that come faster than frames all count', async () => {
  const { screen: it } = await open();
  await it.shows('1 of 3');
  await Promise.all([it.press('s'), it.press('s'), it.press('s'), it.press('s')]);
  await it.shows('Listed: everything');
  await Promise.all([it.press('down'), it.press('down'), it.press('down')]);
  await it.shows('4 of 4');
});

test('it is live: what has spoken is there, what has not is waited for, and can be cancelled', async () => {
  const { screen: it, doctor } = await open(all, { held: true });
  await it.shows('5 of 6 looked at');
  expect(it.frame()).toMatch(/❯ ✗ PVE-HOSTS/);
  expect(it.frame()).toMatch(/ kea +…/);
  await it.press('f');
  await it.shows('The checks are still running');
  await it.press('c');
  await it.shows('cancelled: not all was looked at');
  expect(it.frame()).not.toMatch(/ kea +[✓…]/);
  doctor.release();
  await it.press('a');
  await it.shows('4 checks in');
  expect(it.frame()).toMatch(/ kea +· 1/);
});

test('one check is made again, and what it says now is told', async () => {
  const { screen: it, doctor } = await open();
  await it.shows('1 of 3');
  doctor.items = doctor.items.map((one) => (one.id === 'PVE-HOSTS' ? item('PVE-HOSTS', 'pve1') : one));
  await it.press('r');
  await it.shows('PVE-HOSTS was looked at again: 1 passed');
  expect(doctor.calls).toEqual(['look', 'look PVE-HOSTS']);
  expect(it.frame()).toContain('1 of 2');
});

test('a fix is shown, asked about, done, looked at again; the copy is named', async () => {
  const { screen: it, doctor } = await open();
  await it.shows('1 of 3');
  await it.press('f');
  await it.shows('Make this change? A copy of each changed file is kept on its node.');
  expect(it.frame()).toMatch(/-127\.0\.1\.1 pve1\n +\+192\.168\.1\.11 pve1/);
  await it.press('n');
  await it.shows('1 of 3');
  expect(doctor.calls).toEqual(['look']);
  await it.press('f', 'y');
  await it.shows('It is fixed. All was looked at again.');
  expect(it.frame()).toContain('✓ PVE-HOSTS on pve1  fixed; looked at again: it is well');
  expect(it.frame()).toMatch(
    /as it was before, on pve1:\n +\/var\/lib\/proxwright\/backups\/20260301-101530\/etc\/hosts\n/,
  );
  await it.press('enter');
  await it.shows('! 1 warning  · 1 remark');
  expect(it.frame()).not.toContain('failed');
});

test('of several fixes each is told; one that fails says why, and that all is as before', async () => {
  const stubborn = illItem('NET-STUBBORN', 'pve2', {
    changes: [{ kind: 'head', text: '$ systemctl start x' }],
  });
  const { screen: it } = await open([hosts, stubborn]);
  await it.shows('F fix all');
  await it.press('F');
  await it.shows('Make these 2 fixes?');
  await it.press('y');
  await it.shows('1 of 2 are fixed.');
  expect(it.frame()).toMatch(
    /✗ NET-STUBBORN on pve2 {2}not fixed\n +systemctl: no such unit\n +All is as it was/,
  );
});

test('Ctrl+C while something is fixed stops after it, and only the second leaves', async () => {
  let left = 0;
  const second = illItem('NET-PENDING', 'pve2');
  const { screen: it, doctor } = await open([hosts, second], { onExit: () => (left += 1) });
  await it.shows('F fix all');
  doctor.mend = fakeDoctor([hosts, second], { held: true }).mend;
  await it.press('F', 'y');
  await it.shows('is being fixed');
  await it.press('ctrl-c');
  await it.shows('Stopping: what is begun comes to its end first.');
  expect(left).toBe(0);
  await it.press('ctrl-c');
  expect(left).toBe(1);
});

test('what works here, and what it lacks', async () => {
  const { screen: it } = await open();
  await it.shows('1 of 3');
  await it.press('backtab');
  await it.shows('What can be done here, and what it lacks');
  expect(it.frame()).toMatch(/❯ ✓ Flatcar clusters +can be done/);
  await it.press('down');
  await it.shows('DHCP by Kea: not possible until this is fixed');
  expect(it.frame()).toMatch(/· KEA-AGENT\n +pve1: it is not installed\n +fix +install it/);
});

test('a healthy cluster says so, and how to see more', async () => {
  const { screen: it } = await open([item('PVE-VERSION', 'pve1')]);
  await it.shows('✓ Nothing is wrong here.');
  expect(it.frame()).toContain('1 passed: s lists more of them.');
  await it.press('escape');
  await it.shows('✓ well');
});

test('a target that cannot be reached: why, and another try', async () => {
  const { screen: it, doctor } = await open([], { fails: 'no route to host' });
  await it.shows('The doctor could not look at the practice cluster');
  expect(it.frame()).toContain('no route to host');
  await it.press('enter', 'escape');
  await it.shows('could not look');
  expect(doctor.calls).toEqual(['look', 'look']);
});

test('without a doctor the menu has no line for it', async () => {
  screen = onScreen({ session: fakeSession() });
  await screen.shows('Runs');
  expect(screen.frame()).not.toContain('Doctor');
});

test('in ASCII mode there is no other sign', async () => {
  const { screen: it } = await open(all, { ascii: true });
  await it.shows('x PVE-HOSTS');
  await it.press('enter', 'escape', 'f', 'y');
  await it.shows('It is fixed.');
  for (const frame of it.frames) expect(frame).toMatch(/^[ -~\n]*$/);
});

test('for screen readers severities are words, and nothing is said twice while checks run', async () => {
  const { screen: it, doctor } = await open(all, { screenReader: true, held: true });
  await it.shows('The checks are running, please wait');
  doctor.release();
  await it.shows('(here) failed: PVE-HOSTS pve1: its name is on 127.0.1.1');
  expect(it.frame()).toContain('1 failed, 1 warning, 1 remark, 1 passed,');
  expect(it.frame()).toContain('command: nano /etc/hosts');
  await it.press('f');
  await it.shows('removed: -127.0.1.1 pve1');
  for (const frame of it.frames) expect(frame).not.toMatch(/[─-╿▁-▇⏎✓✗❯]/);
});

describe.each([
  [80, 24],
  [120, 40],
  [160, 50],
  [60, 15],
  [40, 10],
])('%i×%i', (columns, rows) => {
  test.each([
    ['list', [], '1 of 3'],
    ['everything', ['s', 's', 's', 's'], '1 of 4'],
    ['details', ['enter'], 'Title of PVE-HOSTS?'],
    ['works', ['backtab'], 'Flatcar clusters'],
    ['fix', ['f'], '/etc/hosts'],
    ['result', ['f', 'y'], 'is fixed.'],
    ['help', ['?'], 'The doctor'],
  ] as const)('%s fills the terminal and nothing goes beyond it', async (_name, keys, shown) => {
    const { screen: it } = await open(all, { columns, rows });
    await it.shows('1 of 3');
    await it.press(...keys);
    await it.shows(shown);
    const lines = it.frame().split('\n');
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    expect(lines.at(-1)).toMatch(/choose|help|yes|findings|any key|other keys/);
  });
});
