import { afterEach, expect, test } from 'vitest';
import { fakeSession } from './fake-session.ts';
import { onScreen, type Screen } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

async function openWizard(options: Parameters<typeof fakeSession>[0] = {}): Promise<Screen> {
  screen = onScreen({ session: fakeSession(options) });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  if (!options.unreachable) await screen.shows('called after it');
  return screen;
}

test('a wrong answer is refused in place and stays as it was typed', async () => {
  const wizard = await openWizard();
  await wizard.press('Edge', 'enter');
  await wizard.shows('! "Edge" is no name for guests');
  expect(wizard.frame()).toContain('❯ Edge');
  await wizard.press('backspace');
  expect(wizard.frame()).not.toContain('is no name');
});

test('going back loses nothing typed, nor does leaving', async () => {
  const wizard = await openWizard();
  await wizard.press('edge', 'enter', 'enter', 'enter', 'enter');
  await wizard.shows('Becomes part of');
  await wizard.press('serv', 'escape');
  await wizard.shows('Go on with this one');
  for (const step of ['Nodes', 'Image', 'Name']) {
    await wizard.press('escape');
    await wizard.shows(`❯ ${step}`);
  }
  await wizard.press('escape');
  await wizard.shows('4 answers kept');
  await wizard.press('enter');
  await wizard.shows('❯ edge');
  await wizard.press('enter', 'enter', 'enter', 'up', 'up', 'enter');
  await wizard.shows('❯ serv');
});

test('help explains the question and leaves what is typed', async () => {
  const wizard = await openWizard();
  await wizard.press('ed', 'ctrl-g');
  await wizard.shows('Help');
  expect(wizard.frame()).toContain('edge becomes edge-server-1');
  await wizard.press('x');
  await wizard.shows('❯ ed');
  expect(wizard.frame()).not.toContain('❯ edx');
});

test('choices are found by typing, and what cannot be chosen says why', async () => {
  const wizard = await openWizard();
  await wizard.press(
    'edge',
    'enter',
    'enter',
    'enter',
    'enter',
    's',
    'enter',
    'enter',
    'enter',
    'b',
    'enter',
    'enter',
    'enter',
  );
  await wizard.shows('Storage for the disks');
  expect(wizard.frame()).toContain('not possible: takes no disks');
  await wizard.press('/', 'rbd');
  expect(wizard.frame()).not.toContain('local-lvm   thin');
  await wizard.press('enter');
  await wizard.shows('✓ Storage   ceph');
});

test('what is preset is taken with enter and replaced by typing', async () => {
  const wizard = await openWizard();
  await wizard.press('edge', 'enter', 'enter', 'enter', 'enter', 's', 'enter');
  await wizard.shows('❯ 3');
  await wizard.press('5');
  await wizard.shows('❯ 5');
  await wizard.press('enter', 'enter');
  await wizard.shows('Butane file   ');
  expect(wizard.frame()).toMatch(/✓ Memory +4096 MiB/);
  expect(wizard.frame()).toMatch(/✓ Count +5/);
});

test('an unreachable target is told with why and what to do, and tried again', async () => {
  const wizard = await openWizard({ unreachable: 1, kind: 'ssh' });
  await wizard.shows('What pve1.lab has could not be read');
  expect(wizard.frame()).toContain('pve1.lab:8006: no answer');
  expect(wizard.frame()).toContain('why: connection refused');
  expect(wizard.frame()).toContain('→ see that pveproxy is running');
  expect(wizard.frame()).not.toContain('    at ');
  await wizard.press('enter');
  await wizard.shows('called after it');
});

test('an item of a list is removed at the second press, the others stay', async () => {
  const wizard = await openWizard();
  await wizard.press('edge', 'enter', 'enter', 'enter');
  for (const name of ['one', 'two']) {
    await wizard.shows('Add');
    if (name === 'two') await wizard.press('up');
    await wizard.press('enter', name, 'enter', 'enter', 'enter', 'b', 'enter', 'enter');
    await wizard.shows(`${name} ×3`);
  }
  await wizard.press('up', 'up', 'up', 'd');
  await wizard.shows('Press d again to remove it');
  await wizard.press('d');
  await wizard.shows('❯ two ×3');
  expect(wizard.frame()).not.toContain('one ×3');
});
