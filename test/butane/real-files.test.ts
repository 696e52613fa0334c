import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../src/butane/compile.ts';
import { realFilesDir } from '../../src/butane/real-files.ts';

const base = fs.mkdtempSync(path.join(tmpdir(), 'butane-files-'));

beforeAll(() => {
  fs.mkdirSync(path.join(base, 'files/tree/empty'), { recursive: true });
  fs.writeFileSync(path.join(base, 'outside'), 'secret');
  fs.writeFileSync(path.join(base, 'files/inside'), 'text');
  fs.writeFileSync(path.join(base, 'files/key'), Buffer.from([0x61, 0xff, 0x0a, 0xe2, 0x82, 0x0a]));
  fs.symlinkSync('../outside', path.join(base, 'files/leaving'));
  fs.symlinkSync('inside', path.join(base, 'files/staying'));
  fs.symlinkSync('round', path.join(base, 'files/round'));
  fs.symlinkSync('/dev/zero', path.join(base, 'files/endless'));
  fs.symlinkSync('/etc/hostname', path.join(base, 'files/tree/link'));
  execFileSync('mkfifo', [path.join(base, 'files/pipe'), path.join(base, 'files/tree/pipe')]);
  fs.writeFileSync(path.join(base, 'files/huge'), '');
  fs.truncateSync(path.join(base, 'files/huge'), 40 * 1024 * 1024);
});
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

function problemOf(local: string): string {
  const source = `variant: flatcar\nversion: 1.0.0\nstorage: {files: [{path: /a, contents: {local: ${JSON.stringify(local)}}}]}\n`;
  const { entries } = compile(source, { filesDir: realFilesDir('files', base) });
  return entries.map((entry) => entry.message).join('; ');
}

test.each([
  ['inside', ''],
  ['staying', ''],
  ['/inside', ''],
  ['tree/../inside', ''],
  ['../outside', 'local file path traverses outside the files directory'],
  ['leaving', 'local file path traverses outside the files directory'],
  ['endless', 'local file path traverses outside the files directory'],
  ['round', 'open files/round: too many levels of symbolic links'],
  ['pipe', 'read files/pipe: not a regular file'],
  ['huge', 'read files/huge: file too large (at most 32 MiB)'],
  ['inside/x', 'open files/inside/x: not a directory'],
  ['tree', 'read files/tree: is a directory'],
  ['nothing', 'open files/nothing: no such file or directory'],
  ['a\0b', 'open files/a\0b: invalid argument'],
  ['x'.repeat(300), `open files/${'x'.repeat(300)}: file name too long`],
])('local %j', (local, problem) => {
  expect(problemOf(local)).toBe(problem);
});

test('a tree lists links as they are and refuses pipes', () => {
  const source = 'variant: flatcar\nversion: 1.0.0\nstorage: {trees: [{local: tree}]}\n';
  const { entries } = compile(source, { filesDir: realFilesDir('files', base) });
  expect(entries.map((entry) => entry.message)).toEqual([
    'trees may only contain files, directories, and symlinks',
  ]);
});

test('bytes that are no text are replaced one by one, as Go writes them', () => {
  const source =
    'variant: flatcar\nversion: 1.1.0\npasswd: {users: [{name: a, ssh_authorized_keys_local: [key]}]}\n';
  const { output } = compile(source, { filesDir: realFilesDir('files', base) });
  expect(output).toContain('"sshAuthorizedKeys":["a\\ufffd","\\ufffd\\ufffd"]');
});
