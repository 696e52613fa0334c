import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { apply } from '../../src/commands/apply.ts';
import { image } from '../../src/commands/image.ts';
import { plan } from '../../src/commands/plan.ts';
import { runs } from '../../src/commands/runs.ts';
import { describeError, exitCodeOf } from '../../src/errors.ts';
import type { Manifest } from '../../src/maas-image/manifest.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { SmallImage } from '../maas-image/small-image.ts';
import { cleanEnvironment, envIn, root } from './environment.ts';
import type { Ended } from './run-main.ts';

/**
 * The workflow as people use it, on the practice cluster: only mmdebstrap is a script here, whose tarball is a
 * small root filesystem that passes every check.
 */
const missing = process.geteuid?.() === 0 ? undefined : 'needs root';

let home: string;
let bin: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'image-workflow-'));
  bin = path.join(home, 'bin');
  for (const folder of ['bin', 'out', 'work']) mkdirSync(path.join(home, folder));
  const image = new SmallImage(home);
  image.pack('--no-auto-compress', path.join(home, 'root.tar'));
  tool('unshare', 'while [ "$1" != sh ]; do shift; done; shift 4; exec "$@"');
  for (const name of ['arch-test', 'hostname', 'gpgv']) tool(name, 'true');
  tool('pigz', 'exec gzip -n');
  tool('mmdebstrap', BUILD);
  writeFileSync(path.join(home, 'debian.gpg'), '');
  answer();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

// The doctor asks for its version before a run.
const BEGIN = `[ "$1" != --version ] || { echo "mmdebstrap 1.3.5"; exit 0; }
echo "I: running apt-get update..." >&2
printf 'a\\t1\\tamd64\\n' > "$WORK/packages.tsv"; echo 6.12.1 > "$WORK/kernels"; echo 10240 > "$WORK/size"
echo "I: extracting archives..." >&2
echo "2 upgraded, 2 newly installed, 0 to remove" >&2; echo "Unpacking a (1) ..." >&2`;
const END = `echo "I: creating tarball..." >&2; cat "$HOME/root.tar"`;
const BUILD = `${BEGIN}\n${END}`;

describe.skipIf(missing !== undefined)(`an image as a workflow${missing ? ` (${missing})` : ''}`, () => {
  test('is planned, built and verified with its phases told, and then there is nothing to do', async () => {
    const planned = await main('plan', 'image.yaml', '--exit-code');
    expect(planned.stderr + planned.stdout).toContain('+ build image.tar.gz on this machine');
    expect(planned.stderr + planned.stdout).toMatch(
      /the image is built on this machine \(.+\), and no node is touched/,
    );
    expect(planned.code).toBe(3);

    const events = eventsOf(await main('apply', '--yes', '--json', 'image.yaml'));
    expect(events.at(-1)).toMatchObject({
      type: 'run-finished',
      status: 'ok',
      changed: 2,
      unchanged: 0,
      failed: 0,
    });
    const phases = events.flatMap((event) =>
      event.type === 'step-progress' && event.phase ? [event.phase.id] : [],
    );
    expect([...new Set(phases)]).toEqual(['prepare', 'index', 'base', 'pack']);
    expect(out()).toEqual(['image.log', 'image.manifest.json', 'image.tar.gz']);
    expect(manifest().verified).toEqual({ pass: expect.any(Number), warn: 0 });

    const again = eventsOf(await main('apply', '--yes', '--json', 'image.yaml'));
    expect(again.at(-1)).toMatchObject({ status: 'ok', changed: 0, unchanged: 2 });
    expect((await main('plan', 'image.yaml', '--exit-code')).code).toBe(0);
    // The command and the workflow build the same.
    expect((await main('image', 'build', 'image.yaml', '--output', 'out/other.tar.gz')).code).toBe(0);
    expect(manifest('other').recipe).toBe(manifest().recipe);
    expect(manifest('other').tarball.sha256).toBe(manifest().tarball.sha256);
  });

  test('undo removes what the run made, and brings back the image that was there', async () => {
    await main('apply', '--yes', 'image.yaml');
    const first = manifest();
    answer('packages: [tree]');
    const events = eventsOf(await main('apply', '--yes', '--json', 'image.yaml'));
    expect(manifest().recipe).not.toBe(first.recipe);
    expect(out()).toContain('image.previous.tar.gz');
    expect((await main('runs', 'undo', runOf(events), '--yes')).code).toBe(0);
    expect(manifest()).toEqual(first);
    expect(out()).toEqual(['image.manifest.json', 'image.tar.gz']);
  });

  test('destroy removes it, and never a file that is not ours', async () => {
    await main('apply', '--yes', 'image.yaml');
    expect((await main('destroy', '--yes', 'image.yaml')).code).toBe(0);
    expect(out()).toEqual([]);
    writeFileSync(path.join(home, 'out/image.tar.gz'), 'precious');
    expect((await main('destroy', '--yes', 'image.yaml')).code).toBe(0);
    const { code, stderr } = await main('apply', '--yes', 'image.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('is there already, and has no manifest of ours');
    expect(readFileSync(path.join(home, 'out/image.tar.gz'), 'utf8')).toBe('precious');
  });

  test('what is not fit for MAAS fails the run, and says why', async () => {
    const image = new SmallImage(path.join(home, 'bad'));
    image.packages.push('ifupdown');
    image.pack('--no-auto-compress', path.join(home, 'root.tar'));
    const { code, stderr, stdout } = await main('apply', '--yes', 'image.yaml');
    expect(code).toBe(1);
    expect(stderr + stdout).toContain('the image is not fit for MAAS: No ifupdown');
    expect(manifest().verified).toBeUndefined();
  });

  test('a cancel leaves no half tarball, no folder, and the image that was there', async () => {
    await main('apply', '--yes', 'image.yaml');
    const first = manifest();
    answer('packages: [tree]');
    const running = await hanging();
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(manifest()).toEqual(first);
    expect(out()).toEqual(['image.log', 'image.manifest.json', 'image.tar.gz']);
    expect(readdirSync(path.join(home, 'work'))).toEqual([]);
  });

  test('after kill -9 in the middle, resume comes to the same end, and leaves no folder behind', async () => {
    const running = await hanging();
    running.kill('SIGKILL');
    await running.ended;
    const [folder = ''] = readdirSync(path.join(home, 'work'));
    expect(folder).toMatch(/^proxwright-image-/);
    // What it had begun does not go on by itself.
    const child = Number(readFileSync(path.join(home, 'pid'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${child}`), { timeout: 5000 }).toBe(false);

    tool('mmdebstrap', BUILD);
    const listed = JSON.parse((await main('runs', 'list', '--json')).stdout) as { id: string }[];
    const { code } = await main('runs', 'resume', listed[0]?.id ?? '', '--yes');
    expect(code).toBe(0);
    expect(out()).toEqual(['image.log', 'image.manifest.json', 'image.tar.gz']);
    expect(readdirSync(path.join(home, 'work'))).toEqual([]);
    expect((await main('runs', 'undo', listed[0]?.id ?? '', '--yes')).code).toBe(0);
    expect(out()).toEqual([]);
  });

  test('no secret of the answers is in journal or output', async () => {
    answer(
      "debug_user: { name: debug, password_hash: '$6$salt$verysecret' }",
      'apt_proxy: http://u:alsosecret@127.0.0.1:1',
    );
    const { stdout, stderr } = await main('apply', '--yes', '--json', 'image.yaml');
    const runs = path.join(home, 'runs/runs');
    const journals = readdirSync(runs).filter((name) => name.endsWith('.jsonl'));
    expect(journals).toHaveLength(1);
    const all =
      stdout + stderr + journals.map((name) => readFileSync(path.join(runs, name), 'utf8')).join('');
    expect(all).not.toMatch(/verysecret|alsosecret/);
  });
});

/** A build that has begun and does not come to an end. */
async function hanging(): Promise<{ kill(signal: NodeJS.Signals): void; ended: Promise<Ended> }> {
  tool('mmdebstrap', `${BEGIN}\nhead -c 100000 /dev/zero; echo $$ > "$HOME/pid"; sleep 60 & wait`);
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'apply', '--yes', 'image.yaml'], {
    env: variables(),
    cwd: home,
    stdio: 'ignore',
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout: '', stderr: '' })),
  );
  await expect.poll(() => existsSync(path.join(home, 'pid')), { timeout: 20_000 }).toBe(true);
  return { kill: (signal) => void child.kill(signal), ended };
}

function answer(...lines: string[]): void {
  const fixed = ['output: out/image.tar.gz', 'work_dir: work', 'debian_keyring: debian.gpg', 'proxmox: none'];
  const text = [...fixed, ...lines].map((line) => `  ${line}\n`).join('');
  writeFileSync(path.join(home, 'image.yaml'), `version: 1\nmaas_image:\n${text}`);
}

/** Within this process, which has loaded everything already; what is killed is a process of its own. */
async function main(...args: string[]): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') =>
    ({ columns: 80, write: (text: string) => (ended[name] += text) }) as unknown as NodeJS.WriteStream;
  const env = envIn(home, {
    variables: variables(),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    // The lock of a process that was killed is known by it.
    machine: hostname(),
    isAlive: (pid) => existsSync(`/proc/${pid}`),
    sendSignal: (pid, signal) => process.kill(pid, signal),
  });
  const line = parseCommandLine([...args, ...(args[0] === 'image' ? [] : ['--target', 'sandbox'])]);
  const commands: Record<string, () => Promise<number>> = {
    plan: () => plan(line, env),
    apply: () => apply(line, env),
    destroy: () => apply(line, env, 'destroy'),
    runs: () => runs(line, env),
    image: () => image(line, env),
  };
  ended.code = await (
    commands[args[0] ?? ''] ?? (() => Promise.reject(new Error('no such command')))
  )().catch((error: unknown) => {
    ended.stderr += describeError(error).join('\n');
    return exitCodeOf(error);
  });
  return ended;
}

function variables(): Record<string, string> {
  return cleanEnvironment(home, { PATH: PATH() });
}

function PATH(): string {
  return `${bin}:${process.env.PATH}`;
}

function eventsOf({ stdout }: Ended): RunEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);
}

function runOf(events: readonly RunEvent[]): string {
  const [started] = events.filter((event) => event.type === 'run-started');
  return started?.type === 'run-started' ? started.run : '';
}

function manifest(name = 'image'): Manifest {
  return JSON.parse(readFileSync(path.join(home, `out/${name}.manifest.json`), 'utf8')) as Manifest;
}

function out(): string[] {
  return readdirSync(path.join(home, 'out')).sort();
}

function tool(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}
