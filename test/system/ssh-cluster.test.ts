import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { envIn, tool } from './environment.ts';
import { runMain } from './run-main.ts';

/**
 * The whole path of an ssh:// target: a real sshd on loopback, whose every command is answered by the
 * sandbox's host side, and through which the API is tunnelled.
 */
const sshd = tool('/usr/sbin/sshd', 'openssh-server');

let home: string;
let port: number;
let server: ChildProcess;
let sandbox: Sandbox;
let target: string;

const run = (args: readonly string[]) => runMain(home, args);

describe.skipIf(sshd.missing)(`a cluster through ssh${sshd.name}`, () => {
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'proxwright-ssh-'));
    mkdirSync(path.join(home, '.ssh'), { mode: 0o700 });
    mkdirSync(path.join(home, 'runs'));
    const keygen = (file: string): void =>
      void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(home, file)]);
    keygen('.ssh/id_ed25519');
    keygen('host_key');
    sandbox = (await startEmbedded(path.join(home, 'sandbox'), envIn(home), { speed: 50 })) as Sandbox;
    port = await freePort();
    target = `ssh://root@127.0.0.1:${port}?api_port=${sandbox.port}`;
    writeFileSync(path.join(home, 'command'), forcedCommand(sandbox), { mode: 0o700 });
    const key = readFileSync(path.join(home, '.ssh/id_ed25519.pub'), 'utf8');
    writeFileSync(path.join(home, 'authorized_keys'), key);
    chmodSync(home, 0o700);
    writeFileSync(
      path.join(home, 'sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${home}/host_key`,
        `AuthorizedKeysFile ${home}/authorized_keys`,
        `PidFile ${home}/sshd.pid`,
        'PasswordAuthentication no',
        'UsePAM no',
        'StrictModes no',
        'PermitRootLogin yes',
        // Or the login shell would read root's own files, and whatever stands in them.
        `SetEnv HOME=${home}`,
        `ForceCommand ${home}/command`,
        '',
      ].join('\n'),
    );
    mkdirSync('/run/sshd', { recursive: true });
    server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(home, 'sshd_config')], { stdio: 'ignore' });
    await listening(port);
    writeFileSync(
      path.join(home, 'edge.yaml'),
      `version: 1\nclusters: [{ name: edge, groups: [{ name: server, count: 3, memory: 512 }] }]\n`,
    );
  });

  afterAll(async () => {
    server?.kill();
    await sandbox?.close();
    if (home) rmSync(home, { recursive: true });
  });

  test('an unknown host key is refused where nobody can be asked', async () => {
    const { code, stderr } = await run(['--target', target, '--non-interactive', 'edge.yaml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/host key/);
    expect(stderr).toMatch(/SHA256:/);
  });

  test('a known one is used: three guests, then nothing to do', async () => {
    const known = readFileSync(path.join(home, 'host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(path.join(home, '.ssh/known_hosts'), `[127.0.0.1]:${port} ${known}\n`);
    const first = await run(['--target', target, '--json', '--non-interactive', 'edge.yaml']);
    expect(first, first.stderr).toMatchObject({ code: 0 });
    expect(last(first.stdout)).toMatchObject({ type: 'run-finished', status: 'ok', failed: 0 });
    expect((last(first.stdout) as { guests: unknown[] }).guests).toHaveLength(3);
    const second = await run(['--target', target, '--json', '--non-interactive', 'edge.yaml']);
    expect(last(second.stdout)).toMatchObject({ status: 'ok', changed: 0 });
  }, 60_000);

  test('a changed host key is refused', async () => {
    const other = readFileSync(path.join(home, '.ssh/id_ed25519.pub'), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    writeFileSync(path.join(home, '.ssh/known_hosts'), `[127.0.0.1]:${port} ${other}\n`);
    const { code, stderr } = await run(['--target', target, 'plan', 'edge.yaml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/changed|another|differ/i);
  });
});

function last(lines: string): unknown {
  return JSON.parse(lines.trim().split('\n').at(-1) ?? '');
}

/** What sshd runs in place of each command: hands it, as it came, to node pve1 of the sandbox. */
function forcedCommand({ url, hostSecret }: Sandbox): string {
  return `#!${process.execPath}
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');
process.on('warning', () => {});
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const answer = await fetch('${url}/sandbox/host/pve1/exec', {
  method: 'POST',
  headers: { 'x-sandbox-secret': '${hostSecret}', 'content-type': 'application/json' },
  body: JSON.stringify({ command: process.env.SSH_ORIGINAL_COMMAND, stdin: Buffer.concat(chunks).toString('base64') }),
});
const { data } = await answer.json();
process.stdout.write(Buffer.from(data.stdout, 'base64'));
process.stderr.write(Buffer.from(data.stderr, 'base64'));
process.exitCode = data.exitCode;
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
}

async function listening(on: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(on, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (open) return;
    await wait(50);
  }
  throw new Error('sshd does not listen');
}
