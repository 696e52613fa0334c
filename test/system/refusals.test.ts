import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main.ts';

/** Command lines that are wrong, or that only ask for help: exit code and what is said. */
let home: string;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-refusals-'));
  writeFileSync(path.join(home, 'wrong.yaml'), 'version: 1\nclusters: [{ nam: edge }]\n');
});
afterAll(() => rmSync(home, { recursive: true }));

test.each([
  ['aply x.yaml', 'there is no command "aply"\n  → did you mean apply?'],
  ['edge.yaml', 'there is no command "edge.yaml"\n  → proxwright apply edge.yaml'],
  ['doctor --log-level loud', '--log-level wants error, warn, info or debug, not "loud"'],
  ['doctor --only= --target sandbox', '--only names no check\n  → proxwright doctor --list'],
  ['kea', 'kea wants a command\n  → proxwright kea agent | status | render | install | probe'],
  ['runs show NOPE', 'there is no run NOPE'],
  ['help nothing', 'there is no command "nothing"'],
])('%s', async (line, said) => {
  const { code, stdout, stderr } = await runMain(home, line.split(' '));
  expect(stderr.slice(0, said.length)).toBe(said);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test.each([
  'help',
  'help apply',
  'help kea',
  'kea agent --help',
  'kea status -h',
  'kea render --help',
  'kea probe --help',
  'kea install --help',
  'image build --help',
  'butane --help',
])('%s is help', async (line) => {
  const { code, stdout, stderr } = await runMain(home, line.split(' '));
  expect(stdout).toMatch(/^(Proxwright:|proxwright |Usage: proxwright)/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('validate --json says what is wrong where', async () => {
  const { code, stdout } = await runMain(home, ['validate', 'wrong.yaml', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    valid: false,
    issues: expect.arrayContaining([
      expect.objectContaining({ file: 'wrong.yaml', line: 2, path: 'clusters.0.nam', severity: 'error' }),
    ]),
  });
});
