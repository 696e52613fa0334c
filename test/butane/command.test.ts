import { expect, test } from 'vitest';
import { butaneCommand } from '../../src/butane/command.ts';

const GOOD = 'variant: flatcar\nversion: 1.0.0\n';
const WARNED = `${GOOD}bogus: 1\n`;

/** Runs the command in a world of two files and a standard input. */
async function run(...argv: string[]) {
  const files: Record<string, string> = { 'good.bu': GOOD, 'warned.bu': WARNED };
  const said = { out: '', err: '' };
  const written: Record<string, string> = {};
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  const code = await butaneCommand({
    argv,
    cwd: import.meta.dirname,
    stdin: async () => Buffer.from(GOOD),
    read: async (path) => {
      if (path === 'folder') throw Object.assign(new Error(), { code: 'EISDIR' });
      if (files[path] === undefined) throw Object.assign(new Error(), { code: 'ENOENT' });
      return Buffer.from(files[path]);
    },
    write: async (path, content) => {
      if (path === '/full') throw Object.assign(new Error(), { code: 'ENOSPC' });
      written[path] = text(content);
    },
    stdout: (bytes) => {
      said.out += text(bytes);
    },
    stderr: (bytes) => {
      said.err += text(bytes);
    },
  });
  return { code, ...said, written };
}

const JSON_LINE = '{"ignition":{"version":"3.3.0"}}\n';

test('standard input to standard output', async () => {
  expect(await run()).toEqual({ code: 0, out: JSON_LINE, err: '', written: {} });
});

test('a file to a file, pretty, with flags in any order', async () => {
  const { out, written } = await run('good.bu', '-po', 'out.ign');
  expect(out).toBe('');
  expect(written).toEqual({ 'out.ign': '{\n  "ignition": {\n    "version": "3.3.0"\n  }\n}\n' });
});

test('warnings are told, and fail a strict run', async () => {
  const lenient = await run('--raw-errors', 'warned.bu');
  expect(lenient).toMatchObject({
    code: 0,
    out: JSON_LINE,
    err: 'warning at $.bogus, line 3 col 1: unused key bogus\n',
  });
  const strict = await run('-s', '--raw-errors=true', '--', 'warned.bu');
  expect(strict).toMatchObject({
    code: 1,
    out: '',
    err: 'warning at $.bogus, line 3 col 1: unused key bogus\nConfig produced warnings and --strict was specified\n',
  });
});

test('a check prints nothing', async () => {
  expect(await run('--check', '--output=x', 'good.bu')).toEqual({ code: 0, out: '', err: '', written: {} });
});

test('flags that change nothing are understood', async () => {
  expect((await run('-r', '--color=always', '--colour', 'good.bu')).out).toBe(JSON_LINE);
});

test('files that cannot be had', async () => {
  expect((await run('nope.bu')).err).toBe(
    'failed to open nope.bu: open nope.bu: no such file or directory\n',
  );
  expect((await run('folder')).err).toBe('failed to read folder: read folder: is a directory\n');
  expect(await run('-o', '/full', 'good.bu')).toMatchObject({
    code: 1,
    err: 'failed to open /full: open /full: no space left on device\n',
  });
});

test.each([
  [['a', 'b'], 'one config file at most, got 2'],
  [['--nope'], 'unknown flag: --nope'],
  [['-sx'], "unknown shorthand flag: 'x' in -sx"],
  [['-d'], "flag needs an argument: 'd' in -d"],
  [['--files-dir'], 'flag needs an argument: --files-dir'],
  [['--strict=maybe'], 'invalid argument "maybe" for --strict: true or false is wanted'],
])('wrong usage %j', async (argv, message) => {
  await expect(run(...argv)).rejects.toMatchObject({ name: 'UsageError', message, exitCode: 2 });
});

test('help goes to standard output', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: proxwright butane \[options\] \[input-file\]\n/);
  expect(out).toContain('-d, --files-dir DIR');
});
