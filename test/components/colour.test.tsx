import './force-colour.ts';
import { afterEach, expect, test } from 'vitest';
import { fakeSession } from './fake-session.ts';
import { onScreen, type Screen } from './on-screen.tsx';

let screen: Screen | undefined;
afterEach(() => screen?.leave());

test.each([
  [true, 'there are escapes for colour'],
  [false, 'there is no escape at all'],
])('with colour %s %s', async (color) => {
  screen = onScreen({ session: fakeSession(), color });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge', 'enter');
  await screen.shows('stable 4593');
  expect(screen.frames.some((frame) => frame.includes('\x1b['))).toBe(color);
});

test('without colour the caret is a sign of its own', async () => {
  screen = onScreen({ session: fakeSession(), color: false });
  await screen.shows('Flatcar cluster');
  await screen.press('enter');
  await screen.shows('called after it');
  await screen.press('edge');
  await screen.shows('❯ edge▏');
});
