import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanEnvironment, root } from './environment.ts';
import { runMain } from './run-main.ts';

/** Nobody reads the output any more, or nothing can be written: said in a line, and no run ends in its middle. */
let home: string;

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-output-'));
  writeFileSync(
    path.join(home, 'edge.yaml'),
    'version: 1\nclusters: [{ name: edge, image: flatcar-stable, groups: [{ name: server, count: 1 }] }]\n',
  );
});
afterAll(() => rmSync(home, { recursive: true, maxRetries: 5 }));

/** What a shell makes of `proxwright` and what stands behind it. */
function inShell(line: string, cwd = home): { code: number | null; stdout: string; stderr: string } {
  const self = `${process.execPath} ${path.join(root, 'src/main.ts')}`;
  const script = `set -o pipefail; proxwright() { ${self} "$@"; }; ${line}`;
  const ended = spawnSync('bash', ['-c', script], { cwd, env: cleanEnvironment(home), encoding: 'utf8' });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

test('a reader that goes away ends no run', async () => {
  const { code, stdout } = inShell('proxwright apply edge.yaml --yes --json --target sandbox 2>&1 | head -1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\{"type":"run-started".*\}\n$/);
  const runs = JSON.parse((await runMain(home, ['runs', 'list', '--json'])).stdout);
  expect(runs).toMatchObject([{ status: 'ok', done: 8, total: 8 }]);
}, 60_000);

test.skipIf(!existsSync('/dev/full'))('a full disk below the output is one line and exit code 1', () => {
  for (const line of ['schema', 'plan edge.yaml --json --target sandbox']) {
    const { code, stderr } = inShell(`proxwright ${line} >/dev/full`);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'the output cannot be written: no space left on device\n',
    });
  }
});

test('a plan that cannot be saved is refused with the place', async () => {
  mkdirSync(path.join(home, 'folder'));
  for (const [out, why] of [
    ['folder', 'it is a folder'],
    ['nowhere/p.json', 'there is no such file or folder'],
  ] as const) {
    const args = ['plan', 'edge.yaml', '--out', out, '--target', 'sandbox'];
    const { code, stderr } = await runMain(home, args);
    expect(stderr).toBe(`${path.join(home, out)}: ${out} cannot be written\n  why: ${why}\n`);
    expect(code).toBe(2);
  }
});

test('where no state can be kept, it says what to do', async () => {
  const file = path.join(home, 'edge.yaml');
  for (const args of [
    ['apply', 'edge.yaml', '--yes', '--target', 'sandbox'],
    ['doctor', '--target', 'sandbox'],
  ]) {
    // Below a file nobody can make a folder, not even root.
    const { code, stderr } = await runMain(home, args, { XDG_STATE_HOME: file, PROXWRIGHT_STATE: file });
    expect(stderr).toMatch(
      /^\S+edge\.yaml\S*: cannot be made: a part of it is no folder\n {2}→ .*XDG_STATE_HOME/,
    );
    expect(code).toBe(1);
  }
});

test('a folder that is gone is no bug', () => {
  const { code, stderr } = inShell(
    `mkdir gone; cd gone; rmdir ../gone; proxwright validate ${home}/edge.yaml`,
  );
  expect(stderr).toBe('the folder that this was called in is gone\n  → cd to another one\n');
  expect(code).toBe(2);
});
