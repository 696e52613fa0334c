import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteArgv } from '../../src/hosts/quote.ts';

/** What a real shell makes of the line: one word per NUL. */
function words(line: string, shell: string): string[] {
  const out = execFileSync(shell, ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}

const NASTY = [
  '',
  ' ',
  '-rf',
  '--',
  "it's",
  "'",
  "''",
  '"',
  '\\',
  "\\'",
  'a\nb',
  '\n',
  'a\tb',
  '$HOME',
  '`id`',
  '$(id)',
  '~',
  '~root',
  'A=b',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '!',
  '#',
  ';',
  '&',
  '|',
  '<x',
  '>x',
  '%s',
  '\u00e9\u4e2d\u{1f600}',
  '\x01\x7f',
  'x'.repeat(100_000),
  'plain/path-1.0_x,y:z@h+1%',
];

test.each(['/bin/sh', '/bin/bash'])('%s gives back every word as it was', (shell) => {
  expect(words(quoteArgv(NASTY), shell)).toEqual(NASTY);
  for (const word of NASTY) expect(words(quoteArgv([word]), shell)).toEqual([word]);
});

test('quoted twice, for a shell behind a shell', () => {
  const inner = quoteArgv(['printf', '%s\\0', ...NASTY.slice(0, 32)]);
  const out = execFileSync('/bin/sh', ['-c', quoteArgv(['sh', '-c', inner])], { encoding: 'utf8' });
  expect(out.split('\0').slice(0, -1)).toEqual(NASTY.slice(0, 32));
});

test('a reserved word is a command where a command stands', () => {
  expect(quoteArgv(['if', 'if'])).toBe("'if' if");
});

test('plain words stay readable', () => {
  expect(quoteArgv(['cat', '--', '/etc/pve/.members'])).toBe('cat -- /etc/pve/.members');
});

test('what no shell can take is refused', () => {
  expect(() => quoteArgv(['a\0b'])).toThrow('NUL byte');
  expect(() => quoteArgv([])).toThrow('empty command');
});
