/** A Debian with its own systemd as first process, in namespaces of this machine: what a node is to an installation. */
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Host } from '../../src/hosts/host.ts';
import { localCommands } from '../../src/hosts/local.ts';
import { remoteHost } from '../../src/hosts/remote.ts';
import { root } from './environment.ts';

const run = promisify(execFile);

/** Its network and devices are made by the test; what would meddle with them stays away. */
const MASKED = [
  ...['systemd-udevd.service', 'systemd-udev-trigger.service', 'systemd-sysctl.service'],
  ...['systemd-udevd-kernel.socket', 'systemd-udevd-control.socket', 'systemd-modules-load.service'],
  ...['systemd-remount-fs.service', 'systemd-logind.service', 'console-getty.service'],
  ...['lxc.service', 'lxc-net.service'],
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer'],
];

/**
 * A Debian with systemd, and with the packages of `offered` waiting in apt's cache, so that it can install them
 * without a network. Made once, in half a minute, and kept below .cache.
 */
async function debianWithSystemd({ suite, installed = [], offered }: Debian): Promise<string> {
  const folder = path.join(root, '.cache/systemd', [suite, ...installed].join('-'));
  if (existsSync(folder)) return folder;
  const work = mkdtempSync(path.join(tmpdir(), 'proxwright-systemd-'));
  try {
    const fresh = path.join(work, 'debian');
    const fetch = `chroot "$1" apt-get install --yes --download-only --no-install-recommends ${offered.join(' ')}`;
    await run(
      'mmdebstrap',
      [
        ...['--mode=root', '--variant=apt', '--quiet', '--skip=cleanup/apt'],
        `--include=${['systemd', 'systemd-sysv', 'iproute2', ...installed].join()}`,
        ...['--aptopt=APT::Install-Recommends "false"', `--customize-hook=${fetch} >/dev/null`],
        ...[suite, fresh],
      ],
      { timeout: 300_000 },
    );
    mkdirSync(path.dirname(folder), { recursive: true });
    await run('cp', ['-a', fresh, `${folder}.${process.pid}`]);
    if (existsSync(folder)) rmSync(`${folder}.${process.pid}`, { recursive: true });
    else renameSync(`${folder}.${process.pid}`, folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export interface Machine {
  /** Commands and files inside, by the same code that reaches nodes. */
  host: Host;
  /** The words that bring a command of this machine into a network namespace that was made inside. */
  netns(name: string): string[];
  stop(): Promise<void>;
}

interface Debian {
  suite: string;
  installed?: readonly string[];
  offered: readonly string[];
}

export interface MachineOptions extends Debian {
  /** The machine's name. */
  node: string;
  /** Files of this machine that it has too: place inside → place here. */
  files: Readonly<Record<string, string>>;
}

/** Boots it on an overlay that goes with it: nothing that is done inside touches the Debian below. */
export async function bootMachine({ node, files, ...wanted }: MachineOptions): Promise<Machine> {
  const debian = await debianWithSystemd(wanted);
  const work = mkdtempSync(path.join(tmpdir(), 'proxwright-machine-'));
  const inside = (place: string): string => path.join(work, 'upper', place);
  mkdirSync(inside('etc/systemd/system'), { recursive: true });
  mkdirSync(inside('old'), { recursive: true });
  for (const folder of ['merged', 'work']) mkdirSync(path.join(work, folder));
  for (const unit of MASKED) await run('ln', ['-s', '/dev/null', inside(`etc/systemd/system/${unit}`)]);
  for (const [place, file] of Object.entries(files)) {
    mkdirSync(path.dirname(inside(place)), { recursive: true });
    copyFileSync(file, inside(place));
  }
  const boot = path.join(work, 'boot');
  writeFileSync(boot, BOOT, { mode: 0o755 });
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--propagation', 'private', '--pid', '--net', '--uts', '--ipc', '--cgroup'],
      ...['--fork', '--kill-child', 'sh', boot, debian, work, node],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said = `${said}${text}`.slice(-4_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(work, { recursive: true, force: true });
  };
  try {
    const pid = await firstProcess(child.pid as number);
    const enter = ['nsenter', `--target=${pid}`, ...ALL_NAMESPACES, '--'];
    const here = localCommands({
      node,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    const host = remoteHost(node, (argv, options) =>
      // A pipe, as sshd gives it: Node's standard input is a socket, which cannot be opened as /dev/stdin.
      here([...(options.input === undefined ? [] : PIPED), ...enter, ...argv], options),
    );
    await booted(host);
    const netns = (name: string): string[] => ['nsenter', `--net=/proc/${pid}/root/run/netns/${name}`, '--'];
    return { host, netns, stop };
  } catch (error) {
    await stop();
    throw new Error(`the machine does not boot: ${(error as Error).message}\n${said}`);
  }
}

const PIPED = ['sh', '-c', 'cat | exec "$@"', 'sh'];
const ALL_NAMESPACES = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup'];

/**
 * Becomes the machine's first process. Control groups are those of version 2, whatever this machine has: later systemds
 * know no others. /srv/debian is what it was before anything was done to it.
 */
const BOOT = `set -e
mount -t tmpfs tmpfs "$2/work" 2>/dev/null
mkdir "$2/work/upper" "$2/work/work"
cp -a "$2/upper/." "$2/work/upper/"
mount -t overlay -o "lowerdir=$1,upperdir=$2/work/upper,workdir=$2/work/work" overlay "$2/merged"
cd "$2/merged"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mkdir srv/debian
mount --bind "$1" srv/debian
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
hostname "$3"
echo "$3" > etc/hostname
pivot_root . old
umount -l /old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=console
`;

/** The child of unshare, whose number here is not the one that it has inside. */
async function firstProcess(parent: number): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const { stdout } = await run('cat', [`/proc/${parent}/task/${parent}/children`]).catch(() => ({
      stdout: '',
    }));
    const pid = Number(stdout.trim().split(' ')[0]);
    if (pid > 0) {
      const { stdout: name } = await run('cat', [`/proc/${pid}/comm`]).catch(() => ({ stdout: '' }));
      if (name.trim() === 'systemd') return pid;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('systemd did not start');
}

async function booted(host: Host): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const { stdout } = await host.run(['systemctl', 'is-system-running']);
    if (/^(running|degraded)/.test(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never ran');
}
