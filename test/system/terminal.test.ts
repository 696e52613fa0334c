import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { shippedBinary } from './binary.ts';
import { cleanEnvironment } from './environment.ts';
import { freePort } from './free-port.ts';
import { endTerminals, inTerminal, type PseudoTerminal } from './pseudo-terminal.ts';

/** The binary in a real terminal, with the practice cluster behind it: what its user sees, types and gets. */
let work: string;
let home: string;
let count = 0;

beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), 'proxwright-terminal-'));
});
beforeEach(() => {
  count += 1;
  home = path.join(work, String(count));
  mkdirSync(home);
});
afterEach(endTerminals);
afterAll(() => rmSync(work, { recursive: true, maxRetries: 5 }));

/** The binary without a terminal, as scripts call it. */
async function fromShell(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const options = { env: cleanEnvironment(home), cwd: home, timeout: 60_000 };
    return { code: 0, ...(await promisify(execFile)(shippedBinary(), args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** From home to the review by nothing but Enter: three guests. */
async function toReview(terminal: PseudoTerminal): Promise<void> {
  await terminal.shows('❯ Flatcar cluster');
  await terminal.press('enter');
  for (const stop of stops) {
    await terminal.shows(`❯ ${stop}`);
    await terminal.press('enter');
  }
  await terminal.shows('to do');
}

const stops = ['Name', 'Image', 'Preset', 'Groups', 'Nodes', 'Storage for the disks', 'More details'];

/** Past the question whether unsaved answers are to be forgotten. */
async function leave(terminal: PseudoTerminal): Promise<number> {
  await terminal.press('q');
  await terminal.shows('These answers are in no file yet');
  await terminal.press('y');
  return terminal.exit();
}

const greeting = '❯ Flatcar cluster';

test('a cluster of three by Enter alone; the second time there is nothing to do; undo takes it back', async () => {
  const first = inTerminal({ home });
  await toReview(first);
  await first.shows('+ 20 to do   · 0 already so');
  await first.shows(/\+ flatcar-server-1 .*\+ flatcar-server-2 .*\+ flatcar-server-3/);
  await first.press('enter');
  await first.shows(/[1-9]\d? of 20 steps/);
  await first.shows('✓ flatcar cluster: 20 done');
  await first.shows(/flatcar-server-3 +\d+ +pve3 +192\.168\.1\.\d+ +BC:24:11/);
  await first.press('enter');
  await first.shows(/last: flatcar cluster, just now +✓ ok/);
  expect(await leave(first)).toBe(0);
  // The screen from before is there again, with what came of the run.
  await first.shows(/^✓ flatcar cluster: 20 done/);
  expect(first.screen()).not.toContain('SANDBOX');

  const again = inTerminal({ home });
  await toReview(again);
  await again.shows('+ 0 to do   · 15 already so');
  await again.press('enter');
  await again.shows('Everything is already so: there is nothing to do.');
  for (const stop of ['Review', ...[...stops].reverse()]) {
    await again.press('escape');
    await again.shows(`❯ ${stop}`);
  }
  await again.press('escape');
  await again.shows('4 answers kept');
  // Runs are the last line of the menu.
  await again.press('up', 'enter');
  await again.shows('20 of 20');
  await again.press('u');
  await again.shows('Take back all that run');
  await again.press('y');
  await again.shows('taken back');
  await again.shows(/✓ .*: \d+ taken back/);
  await again.press('enter');
  await again.shows('· taken back');
  expect(await leave(again)).toBe(0);
  const { stdout } = await fromShell('runs', 'list');
  expect(stdout).toContain('taken back');
}, 120_000);

test('saved answers are replayed without a terminal, and the file is never overwritten', async () => {
  const terminal = inTerminal({ home });
  await terminal.shows(greeting);
  await terminal.press('enter');
  await terminal.shows('Suggested: enter takes it');
  await terminal.press('edge', 'enter');
  await terminal.shows('✓ Name');
  // Back and Escape lose nothing, not even what is only half typed.
  await terminal.press('escape');
  await terminal.shows('❯ edge');
  await terminal.press('-x', 'escape');
  await terminal.shows('1 answer kept');
  await terminal.press('enter');
  await terminal.shows('❯ edge-x');
  await terminal.press('backspace', 'backspace', 'enter');
  for (const stop of stops.slice(1)) {
    await terminal.shows(`❯ ${stop}`);
    await terminal.press('enter');
  }
  await terminal.shows('20 to do');

  writeFileSync(path.join(home, 'edge.yaml'), 'mine\n');
  await terminal.press('ctrl-s');
  await terminal.shows('Save the answers as: edge.yaml');
  await terminal.press('enter');
  await terminal.shows('edge.yaml is there already');
  await terminal.press('ctrl-u', 'three.yaml', 'enter');
  await terminal.shows(/Saved as .*three\.yaml/);
  expect(readFileSync(path.join(home, 'edge.yaml'), 'utf8')).toBe('mine\n');
  // Answers that are in a file may be left without a question.
  await terminal.press('ctrl-c');
  expect(await terminal.exit()).toBe(0);

  const replay = () => fromShell('--non-interactive', 'three.yaml', '--target', 'sandbox', '--json');
  const first = await replay();
  expect(first.code, first.stderr).toBe(0);
  expect(lastLine(first.stdout)).toMatchObject({ status: 'ok', changed: 20 });
  const second = await replay();
  expect(second.code, second.stderr).toBe(0);
  expect(lastLine(second.stdout)).toMatchObject({ status: 'ok', changed: 0 });
}, 120_000);

test('a run cancelled in its middle, in a terminal that changes its size, is gone on with from the shell', async () => {
  const terminal = inTerminal({ home });
  await toReview(terminal);
  await terminal.press('enter');
  await terminal.shows('of 20 steps');
  terminal.resize(120, 40);
  await terminal.shows('clone flatcar-stable into flatcar-server-3');
  terminal.resize(60, 15);
  await terminal.shows(/make template.*\d+ %/);
  await terminal.press('c');
  await terminal.shows('Cancel? What is done stays');
  await terminal.press('y');
  await terminal.shows('flatcar cluster: cancelled');
  const id = /runs resume (\w{26})/.exec(await terminal.shows(/runs resume \w{26}/))?.[1] ?? '';
  terminal.resize(80, 24);
  await terminal.press('enter');
  await terminal.shows('! cancelled');
  await leave(terminal);

  const resumed = await fromShell('runs', 'resume', id, '--json');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(lastLine(resumed.stdout)).toMatchObject({ run: id, status: 'ok', failed: 0 });
  const replayed = inTerminal({ home });
  await toReview(replayed);
  await replayed.shows('+ 0 to do');
}, 120_000);

describe('terminals and their users', () => {
  test('colours are there unless they are not wanted', async () => {
    const raw = async (more: Partial<Parameters<typeof inTerminal>[0]>) => {
      const terminal = inTerminal({ home, ...more });
      await terminal.shows(greeting);
      await terminal.press('enter');
      await terminal.shows('Suggested: enter takes it');
      await terminal.press('ctrl-c');
      await terminal.exit();
      return terminal.raw();
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what it looks for
    const colours = /\x1b\[[\d;]*m/;
    expect(await raw({})).toMatch(colours);
    expect(await raw({ env: { NO_COLOR: '1' } })).not.toMatch(colours);
    expect(await raw({ args: ['--target', 'sandbox', '--no-color'] })).not.toMatch(colours);
  });

  test.each([
    ['--ascii', { args: ['--target', 'sandbox', '--ascii'] }],
    ['a locale without UTF-8', { env: { LANG: 'C' } }],
  ])('%s gives nothing beyond ASCII', async (_name, how) => {
    const terminal = inTerminal({ home, ...how });
    await terminal.shows('> Flatcar cluster');
    for (const stop of stops) {
      await terminal.press('enter');
      await terminal.shows(`> ${stop}`);
    }
    await terminal.press('enter');
    await terminal.shows('+ 20 to do');
    await terminal.press('e');
    await terminal.shows('POST /nodes/');
    expect([...terminal.raw()].filter((sign) => sign > '\x7f')).toEqual([]);
  });

  test('--screen-reader gives lines of words, without drawings', async () => {
    const terminal = inTerminal({ home, args: ['--target', 'sandbox', '--screen-reader'] });
    await terminal.shows('(here) Flatcar cluster: ');
    for (const said of [
      'Typed: flatcar',
      '(here) flatcar-stable',
      '(here) Leave it out',
      'server ×3',
      'marked: all',
    ]) {
      await terminal.press('enter');
      await terminal.shows(said);
    }
    expect(terminal.raw()).not.toMatch(/[─-╿▀-▟⏎❯✓✗]/);
    // The ordinary screen: what was said can be read again.
    expect(terminal.raw()).not.toContain('\x1b[?1049h');
  });

  test('no size tears the screen', async () => {
    const terminal = inTerminal({ home });
    await toReview(terminal);
    for (const [columns, rows] of [
      [120, 40],
      [60, 15],
      [40, 10],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.shows(new RegExp(`^ proxwright.*\\n(.*\\n){${rows - 2}} ⏎ go .*$`));
    }
  });

  test('without a terminal there is the help, and exit 2', async () => {
    const { code, stdout, stderr } = await fromShell();
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('apply FILE…');
    expect(stderr).toContain('The terminal UI needs a terminal');
  });

  test('SIGTERM gives the terminal back', async () => {
    const terminal = inTerminal({ home });
    await terminal.shows(greeting);
    terminal.signal('SIGTERM');
    expect(await terminal.exit()).toBe(130);
    expect(terminal.raw()).toContain('\x1b[?1049l');
    expect(terminal.raw()).toContain('\x1b[?25h');
  });
});

test('an unreachable node is told with why and what to do; another try goes on from there', async () => {
  const port = await freePort();
  const terminal = inTerminal({
    home,
    args: ['--target', `https://127.0.0.1:${port}`, '--insecure'],
    env: { PROXWRIGHT_USER: 'root@pam', PROXWRIGHT_PASSWORD: 'sandbox' },
  });
  await terminal.shows('127.0.0.1 could not be read. Open a line to see why.');
  await terminal.press('enter');
  await terminal.shows('What 127.0.0.1 has could not be read');
  await terminal.shows(/refused|ECONNREFUSED/);
  await terminal.shows('⏎ try again');
  const sandbox = await startSandbox({ stateDir: path.join(home, 'sandbox'), port });
  try {
    await terminal.press('enter');
    await terminal.shows('Suggested: enter takes it');
    await terminal.press('escape');
    // A practice cluster is known as one, however it was reached.
    await terminal.shows(/127\.0\.0\.1 \(sandbox\) · Proxmox VE 9\.2 · 3 nodes\n/);
    await terminal.shows('! --insecure: whoever answers');
  } finally {
    await sandbox.close();
  }
});

function lastLine(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
