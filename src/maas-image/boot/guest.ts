import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CancelledError, RunError } from '../../errors.ts';
import type { ImageEdges, Running } from '../edges.ts';
import { type Outcome, runCommand } from '../run-command.ts';
import { MACHINE, type QemuFiles, qemuCommand } from './machine.ts';

export type Accel = 'kvm' | 'tcg';

/** An image that runs. */
export interface Guest {
  accel: Accel;
  /** Seconds from the start of QEMU until SSH answered. */
  seconds: number;
  /** Runs a shell script in the guest as root. Throws CancelledError alone. */
  run(script: string, options?: { input?: string }): Promise<Outcome>;
  serial(): Promise<string>;
  stop(): Promise<void>;
}

export interface GuestOptions {
  files: QemuFiles;
  /** The private key's file. */
  key: string;
  accel: Accel;
  memory: number;
}

/** Seconds until SSH: measured 13 with KVM, 47 to 110 without on two shared cores. */
const PATIENCE = { kvm: 180, tcg: 600 } as const;

/** KVM is there but of no use: nested without support, or not ours. */
const NO_KVM =
  /KVM internal error|failed to initialize kvm|Could not access KVM|kvm.*not (?:available|supported)/i;

/** Starts a guest and waits for SSH. Throws RunError with the end of the serial log. */
export async function startGuest(options: GuestOptions, edges: ImageEdges): Promise<Guest> {
  const { files, key, accel } = options;
  const sshPort = await freePort();
  const begun = edges.now();
  const qemu = qemuCommand({ accel, memory: options.memory, sshPort, files });
  // However this process ends, no guest is left running.
  const running = edges.start(['setpriv', '--pdeathsig', 'KILL', ...qemu]);
  running.stdin.end();
  running.stdout.resume();
  const said: string[] = [];
  let over = false;
  createInterface({ input: running.stderr }).on('line', (line) => {
    said.push(line);
    if (NO_KVM.test(line)) running.kill();
  });
  void running.exit.then(() => {
    over = true;
  });
  const ssh = sshCommand({ key, port: sshPort });
  const stopped = (): void => running.kill();
  edges.signal.addEventListener('abort', stopped);
  const guest: Guest = {
    accel,
    seconds: 0,
    run: (script, { input } = {}) =>
      patiently([...ssh, `sudo sh -c ${quoted(script)}`], input === undefined ? {} : { input }, edges),
    serial: () => readFile(files.serial, 'utf8').catch(() => ''),
    stop: () => stop(guest, running, edges),
  };
  try {
    while (!over) {
      const seconds = (edges.now() - begun) / 1000;
      if (seconds > PATIENCE[accel]) throw await silent(guest, `no SSH after ${Math.round(seconds)} s`);
      edges.progress({
        type: 'phase',
        phase: 'boot',
        title: `Boot (${accel === 'kvm' ? 'KVM' : 'emulated'})`,
        fraction: Math.min(0.99, seconds / (accel === 'kvm' ? 30 : 90)),
      });
      if ((await runCommand(edges, [...ssh, 'true'])).exitCode === 0)
        return Object.assign(guest, { seconds: (edges.now() - begun) / 1000 });
      await edges.wait(1_000, edges.signal);
      if (edges.signal.aborted) throw new CancelledError();
    }
    if (accel === 'kvm' && said.some((line) => NO_KVM.test(line)))
      return await startGuest({ ...options, accel: 'tcg' }, edges);
    throw await silent(guest, `QEMU ended: ${said.slice(-2).join('; ')}`);
  } catch (error) {
    running.kill();
    throw error;
  } finally {
    edges.signal.removeEventListener('abort', stopped);
  }
}

/** sshd is restarted while cloud-init does its work: a connection that did not come about is tried again. */
async function patiently(
  argv: readonly string[],
  options: { input?: string },
  edges: ImageEdges,
): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    const outcome = await runCommand(edges, argv, options);
    if (outcome.exitCode !== 255 || !NOT_CONNECTED.test(outcome.stderr) || tries === 10) return outcome;
    await edges.wait(3_000, edges.signal);
  }
}

const NOT_CONNECTED =
  /kex_exchange_identification|Connection (?:refused|reset|timed out|closed)|banner exchange/;

/** Lines of the serial log that are shown. */
const SERIAL_TAIL = 40;

async function silent(guest: Guest, why: string): Promise<RunError> {
  const lines = (await guest.serial()).split(/\r?\n/).filter((line) => line.trim() !== '');
  return new RunError('the image does not come up', {
    why: [why, 'the end of its serial log:', ...lines.slice(-SERIAL_TAIL)].join('\n    '),
    fix: 'look there for the first thing that failed',
  });
}

async function stop(guest: Guest, running: Running, edges: ImageEdges): Promise<void> {
  if (!edges.signal.aborted) await guest.run('systemctl poweroff --force --force').catch(() => {});
  const patience = new AbortController();
  await Promise.race([running.exit, edges.wait(5_000, patience.signal)]);
  patience.abort();
  running.kill();
  await running.exit;
}

function sshCommand({ key, port }: { key: string; port: number }): string[] {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: '5',
    // A new key at each boot, on loopback.
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    GlobalKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    IdentitiesOnly: 'yes',
    ServerAliveInterval: '15',
    ControlPath: 'none',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['ssh', '-F', '/dev/null', '-i', key, '-p', String(port), ...flags, `${MACHINE.user}@127.0.0.1`];
}

/** The far side has a POSIX shell. */
function quoted(script: string): string {
  return `'${script.replaceAll("'", `'\\''`)}'`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Makes a key pair for one guest; returns the public key. */
export async function makeKey(work: string, edges: ImageEdges): Promise<{ key: string; publicKey: string }> {
  const key = join(work, 'id');
  const { exitCode, stderr } = await runCommand(edges, [
    'ssh-keygen',
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-f',
    key,
  ]);
  if (exitCode !== 0) throw new RunError('no SSH key can be made', { where: work, why: stderr.trim() });
  return { key, publicKey: await readFile(`${key}.pub`, 'utf8') };
}
