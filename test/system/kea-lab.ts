/** A bridge, guests and an agent in namespaces of this machine; everything carries the process's number. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeaStatus } from '../../src/kea/status.ts';
import { readStatus } from '../../src/kea/status-socket.ts';

const NEEDED: readonly [string, string][] = [
  ['/usr/sbin/kea-dhcp4', 'kea-dhcp4-server'],
  ['/usr/sbin/udhcpc', 'udhcpc'],
  ['/usr/bin/busybox', 'busybox'],
  ['/usr/sbin/ip', 'iproute2'],
  ['/usr/bin/nsenter', 'util-linux'],
];

/** Why these tests cannot run here, or undefined. */
export function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const missing = NEEDED.filter(([file]) => !existsSync(file)).map(([, name]) => name);
  return missing.length > 0 ? `needs the Debian packages ${missing.join(', ')}` : undefined;
}

/** What udhcpc told its script. */
export type Bound = Record<string, string | undefined>;

let count = 0;

export class Lab {
  readonly name = `pt${process.pid.toString(36)}${(count++).toString(36)}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'proxwright-kea-'));
  readonly pve = join(this.folder, 'pve');
  readonly bridge = `${this.name}b`;
  readonly variables: Record<string, string>;
  /** The program that is tested; a benchmark takes the bundle, as it is installed. */
  program = join(import.meta.dirname, 'kea-agent-process.ts');
  /** Words in front of it, that go to where it is to run. */
  enter: readonly string[] = [];
  agent: ChildProcess | undefined;
  errors = '';
  #bridges: string[] = [];
  #guests: { namespace: string; port: string }[] = [];
  #children: ChildProcess[] = [];

  constructor(variables: Record<string, string> = {}) {
    // Kea runs as _kea, and has to get at its files below.
    chmodSync(this.folder, 0o755);
    for (const folder of ['local/qemu-server', 'local/lxc', 'firewall', 'sdn']) {
      mkdirSync(join(this.pve, folder), { recursive: true });
    }
    this.variables = {
      PROXWRIGHT_KEA_PVE: this.pve,
      PROXWRIGHT_KEA_RUN: join(this.folder, 'run'),
      PROXWRIGHT_KEA_LEASES: join(this.folder, 'leases'),
      PROXWRIGHT_KEA_STATUS: join(this.folder, 'status'),
      PROXWRIGHT_KEA_HOST_DNS: '0',
      PROXWRIGHT_KEA_PROBE: '0',
      ...variables,
    };
    this.addBridge(this.bridge);
  }

  addBridge(name: string): void {
    ip('link', 'add', name, 'type', 'bridge');
    ip('link', 'set', name, 'up', 'addrgenmode', 'none');
    this.#bridges.push(name);
  }

  removeBridge(name: string): void {
    ip('link', 'del', name);
  }

  conf(vmid: number, text: string, kind: 'qemu-server' | 'lxc' = 'qemu-server'): void {
    writeFileSync(join(this.pve, 'local', kind, `${vmid}.conf`), text);
  }

  remove(vmid: number): void {
    rmSync(join(this.pve, 'local/qemu-server', `${vmid}.conf`));
  }

  async startAgent(): Promise<void> {
    this.agent = this.spawn(this.#command('agent'), this.variables);
    this.agent.stderr?.on('data', (text: Buffer) => {
      this.errors += text;
    });
    const mine = this.agent.pid;
    // Each of the words in front replaces itself by the next: the number stays.
    await this.until((status) => status.agent.pid === mine, 'the agent answers');
  }

  async stopAgent(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { agent } = this;
    this.agent = undefined;
    if (!agent || agent.exitCode !== null) return;
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill(signal);
    await ended;
  }

  status(): Promise<KeaStatus> {
    return readStatus(this.variables.PROXWRIGHT_KEA_STATUS as string);
  }

  async until(holds: (status: KeaStatus) => boolean, what: string): Promise<KeaStatus> {
    let last: unknown;
    for (let tries = 0; tries < 500; tries += 1) {
      try {
        const status = await this.status();
        if (holds(status)) return status;
        last = status;
      } catch (error) {
        last = String(error);
      }
      await sleep(20);
    }
    throw new Error(`never: ${what}\n${JSON.stringify(last, null, 1)}\n${this.errors}`);
  }

  /** A guest's network card on a bridge: a namespace with `eth0`. */
  guest(mac: string, bridge = this.bridge): string {
    const namespace = `${this.name}-${this.#guests.length}`;
    const port = `${this.name}p${this.#guests.length}`;
    ip('netns', 'add', namespace);
    this.#guests.push({ namespace, port });
    ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    ip('-n', namespace, 'link', 'set', 'eth0', 'address', mac, 'up');
    ip('link', 'set', port, 'master', bridge, 'up');
    return namespace;
  }

  /** Runs udhcpc once, as a machine that boots does; undefined: nobody answered. */
  async dhcp(
    namespace: string,
    options: { requested?: string; seconds?: number } = {},
  ): Promise<Bound | undefined> {
    return askForAddress(['nsenter', `--net=/run/netns/${namespace}`], {
      ...options,
      out: join(this.folder, `${namespace}.lease`),
      start: (argv) => this.spawn(argv),
    });
  }

  /** Keeps udhcpc running; it renews when it gets SIGUSR1. */
  client(namespace: string): {
    renew(): void;
    bound(): Bound | undefined;
    until(holds: (bound: Bound) => boolean): Promise<Bound>;
  } {
    const out = join(this.folder, `${namespace}.client`);
    const script = guestScript(out);
    const enter = ['nsenter', `--net=/run/netns/${namespace}`];
    const child = this.spawn([
      ...enter,
      'udhcpc',
      '-i',
      'eth0',
      '-f',
      '-t',
      '4',
      '-T',
      '1',
      '-A',
      '1',
      '-s',
      script,
    ]);
    return {
      renew: () => void child.kill('SIGUSR1'),
      bound: () => readBound(out),
      async until(holds) {
        for (let tries = 0; tries < 500; tries += 1) {
          const bound = readBound(out);
          if (bound && holds(bound)) return bound;
          await sleep(20);
        }
        throw new Error(`udhcpc never got there: ${JSON.stringify(readBound(out))}`);
      },
    };
  }

  spawn(argv: readonly string[], variables: Record<string, string> = {}): ChildProcess {
    const child = spawn(argv[0] as string, argv.slice(1), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...variables },
    });
    this.#children.push(child);
    return child;
  }

  /** Ends the agent, every Kea and all that they made. */
  async takeDown(): Promise<void> {
    await this.stopAgent();
    const [program = '', ...argv] = this.#command('agent', '--take-down');
    spawnSync(program, argv, {
      env: { ...process.env, ...this.variables },
    });
  }

  async end(): Promise<void> {
    await this.takeDown();
    for (const child of this.#children) child.kill('SIGKILL');
    for (const { namespace, port } of this.#guests) {
      spawnSync('ip', ['link', 'del', port]);
      ip('netns', 'del', namespace);
    }
    for (const bridge of this.#bridges) spawnSync('ip', ['link', 'del', bridge]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #command(...argv: string[]): string[] {
    return [...this.enter, process.execPath, this.program, ...argv];
  }
}

/** Runs udhcpc once behind the words `enter`, as a machine that boots does; undefined: nobody answered. */
export async function askForAddress(
  enter: readonly string[],
  {
    out,
    requested,
    seconds = 3,
    start,
  }: {
    /** Where it writes down what it was told. */
    out: string;
    requested?: string;
    seconds?: number;
    start(argv: readonly string[]): ChildProcess;
  },
): Promise<Bound | undefined> {
  rmSync(out, { force: true });
  const child = start([
    ...[...enter, 'udhcpc', '-i', 'eth0', '-f', '-q', '-n'],
    ...['-t', String(seconds * 2), '-T', '1', '-A', '1', '-s', guestScript(out), '-O', 'search'],
    ...(requested ? ['-r', requested] : []),
  ]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000);
  await ended;
  clearTimeout(timer);
  return readBound(out);
}

/** Sets the address and default route as a guest would, and writes down what it was told. */
function guestScript(out: string): string {
  const path = `${out}.sh`;
  writeFileSync(
    path,
    `#!/bin/sh
case "$1" in
deconfig) ip addr flush dev $interface; ip link set $interface up ;;
bound|renew) ip addr replace $ip/$mask dev $interface
  [ -n "$router" ] && ip route replace default via $router dev $interface onlink
  env > ${out}.new; mv ${out}.new ${out} ;;
esac
exit 0
`,
    { mode: 0o755 },
  );
  return path;
}

/** What is left of a lab on this machine: must be nothing. */
export function remains(lab: Lab): string[] {
  const links = readdirSync('/sys/class/net').filter((name) => name.startsWith(lab.name));
  return existsSync(lab.folder) ? [...links, lab.folder] : links;
}

export function ip(...argv: string[]): void {
  const { status, stderr } = spawnSync('ip', argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${argv.join(' ')}: ${stderr}`);
}

function readBound(path: string): Bound | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
}
