import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Why the tests against a real sshd cannot run here, naming the package that is missing. */
export function sshdMissing(): string | undefined {
  if (!existsSync(SSHD)) return 'needs the Debian package openssh-server';
  return undefined;
}

const SSHD = '/usr/sbin/sshd';

export interface Sshd {
  port: number;
  user: string;
  /** Holds the client's keys: `id` (plain), `locked` (passphrase `opens`), `stranger` (not authorised). */
  folder: string;
  hostKey: Buffer;
  knownHosts: string;
  /** Stops it with all its connections. */
  stop(): Promise<void>;
  /** Starts it again on the same port, with another host key where asked. */
  start(options?: { newHostKey?: boolean }): Promise<void>;
  /** How many connections there are. */
  sessions(): number;
  /** Ends the connections and goes on listening. */
  dropConnections(): Promise<void>;
  remove(): Promise<void>;
}

/** An sshd of our own on a free port of loopback, with keys and configuration in a temporary folder. */
export async function startSshd(settings: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'proxwright-sshd-'));
  const port = await freePort();
  const key = (name: string, passphrase = '', type = 'ed25519') =>
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', join(folder, name)], {
      stdio: 'pipe',
    });
  key('host_0');
  key('host_1');
  key('id');
  key('locked', 'opens');
  key('stranger');
  const authorized = ['id.pub', 'locked.pub']
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  writeFileSync(join(folder, 'authorized_keys'), authorized, { mode: 0o600 });
  // Of the privilege separation, when root runs it; Debian's service makes it at start.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });

  let generation = 0;
  let child: ChildProcess | undefined;

  const keyOf = (name: string) =>
    Buffer.from(readFileSync(join(folder, name), 'utf8').split(' ')[1] ?? '', 'base64');
  const sshd: Sshd = {
    port,
    user: userInfo().username,
    folder,
    hostKey: keyOf('host_0.pub'),
    knownHosts: `[127.0.0.1]:${port} ${readFileSync(join(folder, 'host_0.pub'), 'utf8')}`,
    async start({ newHostKey = false } = {}) {
      generation = newHostKey ? 1 : 0;
      writeFileSync(join(folder, 'config'), configuration(folder, { port, generation, settings }));
      child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      await new Promise<void>((resolve, reject) => {
        child?.stderr?.on('data', (part: Buffer) => {
          said += part.toString();
          if (said.includes('Server listening')) resolve();
        });
        child?.once('exit', () => reject(new Error(`sshd did not start: ${said}`)));
      });
      child.stderr?.removeAllListeners('data').resume();
    },
    sessions: () => childrenOf(child?.pid).length,
    async dropConnections() {
      for (const pid of childrenOf(child?.pid)) killTree(pid);
    },
    async stop() {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null) return;
      const children = childrenOf(ending.pid);
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGTERM');
      await ended;
      for (const pid of children) killTree(pid);
    },
    async remove() {
      await sshd.stop();
      rmSync(folder, { recursive: true });
    },
  };
  await sshd.start();
  return sshd;
}

function configuration(
  folder: string,
  { port, generation, settings }: { port: number; generation: number; settings: readonly string[] },
): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, `host_${generation}`)}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    // Or the login shell would read the user's own files, and whatever stands in them.
    `SetEnv HOME=${folder}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    ...settings,
    '',
  ].join('\n');
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** A session's sshd and what it runs, by their ids. */
function killTree(pid: number): void {
  const below = childrenOf(pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
  for (const child of below) killTree(child);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
