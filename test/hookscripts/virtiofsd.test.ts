import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { argsText } from '../../src/workflows/cluster/shares/shares.ts';
import { virtiofsdWords } from '../../src/workflows/cluster/shares/virtiofsd.ts';
import { processesWith, type StandInNode, standInNode } from './stand-in-node.ts';

/**
 * The hookscript in a real perl and a mount namespace of its own, where /run and the folders of virtiofsd are
 * the test's: processes, sockets, signals are real, virtiofsd is a stand-in.
 */
const inside = spawnSync('unshare', ['--mount', 'true']).status === 0;

const RUST =
  '--shared-dir <dir> --socket-path <path> --cache <auto|always|metadata|never> --log-level --announce-submounts';
const C = '-o source=PATH shared directory tree --socket-path=PATH';

let node: StandInNode;
let uid: string;

beforeEach(() => {
  node = standInNode();
  uid = path.basename(node.folder).replace(/\W/g, '');
  for (const name of ['run', 'libexec', 'qemu']) mkdirSync(path.join(node.folder, name));
  writeFileSync(path.join(node.folder, 'help'), RUST);
  copyFileSync(path.join(import.meta.dirname, 'fake-virtiofsd'), path.join(node.folder, 'libexec/virtiofsd'));
});
afterEach(() => {
  hook('post-stop');
  node.remove();
});

interface Share {
  tag: string;
  behaviour?: string;
  name?: string;
  cache?: 'auto' | 'always' | 'metadata' | 'never';
  direct_io?: boolean;
}

/** Puts shares of folders that are there into the guest's args. */
function shares(...wanted: Share[]): void {
  const virtiofs = wanted.map(({ tag, behaviour, name = tag, cache = 'auto', direct_io = false }) => {
    const folder = path.join(node.folder, name);
    mkdirSync(folder, { recursive: true });
    if (behaviour) writeFileSync(path.join(folder, 'behaviour'), behaviour);
    return { tag, path: folder, cache, direct_io };
  });
  node.config({ args: argsText(virtiofsdWords({ virtiofs, memory: 256 }, uid)) });
}

function hook(phase: string, vmid = '910', more = '') {
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [
      ...['--mount', 'sh', '-c'],
      `for at in run:/run libexec:/usr/libexec qemu:/usr/lib/qemu ${more}; do mount --bind "$1/\${at%:*}" "\${at#*:}" || exit 9; done; shift; exec "$@"`,
      ...['sh', node.folder, 'perl', assetPath('hookscripts/proxwright-virtiofsd.pl'), vmid, phase],
    ],
    {
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: `${path.join(node.folder, 'bin')}:/usr/bin:/bin`, FAKE_HOME: node.folder },
    },
  );
  return { status, stdout, stderr };
}

const good = { status: 0, stdout: '', stderr: '' };
const state = (): string[] => readdirSync(path.join(node.folder, 'run/proxwright/virtiofsd')).sort();
const daemons = (): string[] => processesWith(`${uid}.`);
const started = (): string[][] =>
  readFileSync(path.join(node.folder, 'started'), 'utf8')
    .split('--\n')
    .slice(0, -1)
    .map((text) => text.trim().split('\n'));
const files = (...tags: string[]): string[] =>
  [
    ...tags.flatMap((tag) => [`910.${tag}.log`, `910.${tag}.pid`]),
    ...tags.map((tag) => `${uid}.${tag}.sock`),
  ].sort();

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 10_000) throw new Error(`still not so: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.skipIf(!inside)('the hookscript for virtiofsd (needs root and unshare)', () => {
  test('one daemon for each share from pre-start to post-stop, and nothing left', () => {
    shares({ tag: 'data', name: "it's a, b" }, { tag: 'media', cache: 'metadata', direct_io: true });
    expect(hook('pre-start')).toEqual(good);
    expect(state()).toEqual(files('data', 'media'));
    expect(daemons()).toHaveLength(2);
    const common = ['--sandbox=namespace', '--announce-submounts', '--log-level=error'];
    const socket = (tag: string): string => `--socket-path=/run/proxwright/virtiofsd/${uid}.${tag}.sock`;
    expect(started().sort()).toEqual([
      [socket('data'), `--shared-dir=${node.folder}/it's a, b`, '--cache=auto', ...common],
      [
        socket('media'),
        `--shared-dir=${node.folder}/media`,
        '--cache=metadata',
        ...common,
        '--allow-direct-io',
      ],
    ]);
    for (const phase of ['post-start', 'pre-stop']) expect(hook(phase)).toEqual(good);
    expect(daemons()).toHaveLength(2);
    expect(hook('post-stop')).toEqual(good);
    expect(daemons()).toEqual([]);
    expect(state()).toEqual([]);
  });

  test('an older Rust virtiofsd is given only what it knows', () => {
    writeFileSync(path.join(node.folder, 'help'), '--shared-dir <dir> --cache <auto|always|never>');
    shares({ tag: 'data', cache: 'metadata' });
    expect(hook('pre-start')).toEqual(good);
    expect(started()[0]?.slice(1)).toEqual([
      `--shared-dir=${node.folder}/data`,
      '--cache=never',
      '--sandbox=namespace',
    ]);
  });

  test('the C virtiofsd is spoken to in its own way: a comma would begin another option', () => {
    writeFileSync(path.join(node.folder, 'help'), C);
    shares({ tag: 'data', name: 'a,b\\c', cache: 'never', direct_io: true });
    expect(hook('pre-start')).toEqual(good);
    const options = started()[0]
      ?.slice(1)
      .filter((word) => word !== '-o');
    expect(options).toEqual([
      `source=${node.folder}/a\\,b\\\\c`,
      ...['cache=none', 'sandbox=namespace', 'announce_submounts', 'log_level=err', 'allow_direct_io'],
    ]);
  });

  test('a guest without shares starts as ever', () => {
    node.config({ cores: '2' });
    expect(hook('pre-start')).toEqual(good);
    expect(state()).toEqual([]);
  });

  test('on a node the config is read where it lies: its args of now, not those of snapshots', () => {
    shares({ tag: 'data' });
    const now = readFileSync(path.join(node.folder, 'conf'), 'utf8');
    mkdirSync(path.join(node.folder, 'etc/pve/qemu-server'), { recursive: true });
    const then = '[before]\nargs: -object secret,id=proxwright-share-old,data=path=/nowhere\n';
    writeFileSync(path.join(node.folder, 'etc/pve/qemu-server/910.conf'), `#notes\n${now}\n${then}`);
    node.command('qm', 'exit 9');
    expect(hook('pre-start', '910', 'etc:/etc')).toEqual(good);
    expect(state()).toEqual(files('data'));
  });

  test('a start after a crash ends what the last one left, whatever the args say by now', () => {
    shares({ tag: 'old' }, { tag: 'data' });
    expect(hook('pre-start')).toEqual(good);
    const before = daemons();
    shares({ tag: 'data' });
    expect(hook('pre-start')).toEqual(good);
    expect(state()).toEqual(files('data'));
    expect(daemons()).toHaveLength(1);
    expect(before).not.toContain(daemons()[0]);
  });

  test('what is deaf to SIGTERM is killed, also after its supervisor is gone', () => {
    shares({ tag: 'data', behaviour: 'deaf' });
    expect(hook('pre-start')).toEqual(good);
    const [supervisor = ''] = readFileSync(
      path.join(node.folder, 'run/proxwright/virtiofsd/910.data.pid'),
      'utf8',
    ).split(' ');
    process.kill(Number(supervisor), 'SIGKILL');
    expect(hook('post-stop')).toEqual(good);
    expect(daemons()).toEqual([]);
    expect(state()).toEqual([]);
  }, 20_000);

  describe('another process that has the noted id by now', () => {
    let foreign: ChildProcess;
    beforeEach(() => {
      foreign = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    });
    afterEach(() => {
      foreign.kill('SIGKILL');
    });

    test('is left alone', () => {
      mkdirSync(path.join(node.folder, 'run/proxwright/virtiofsd'), { recursive: true, mode: 0o700 });
      const file = path.join(node.folder, 'run/proxwright/virtiofsd/910.data.pid');
      writeFileSync(file, `${foreign.pid} 12\n${foreign.pid} 13\n/etc/passwd\n`);
      expect(hook('post-stop')).toEqual(good);
      expect(foreign.exitCode ?? foreign.signalCode).toBeNull();
      expect(processesWith(`sleep 60`).some((line) => line.startsWith(`${foreign.pid} `))).toBe(true);
      expect(existsSync('/etc/passwd')).toBe(true);
      expect(state()).toEqual([]);
    });
  });

  test('a share that virtiofsd refuses stops the start with its words, and the others are ended', () => {
    shares({ tag: 'data' }, { tag: 'media', behaviour: 'fail' });
    const { status, stderr } = hook('pre-start');
    expect(status).not.toBe(0);
    expect(stderr).toContain('virtiofsd of share media of guest 910 did not start: cannot share this');
    expect(daemons()).toEqual([]);
    expect(state()).toEqual([]);
  });

  test.each([
    [
      'a folder that is not there',
      () => rmSync(path.join(node.folder, 'data'), { recursive: true }),
      /there is no folder .*\/data on this node/,
    ],
    [
      'no virtiofsd',
      () => rmSync(path.join(node.folder, 'libexec/virtiofsd')),
      /there is no virtiofsd on this node \(apt-get install virtiofsd\)/,
    ],
    [
      'a relative path',
      () =>
        node.config({
          args: `-object secret,id=proxwright-share-data,data=path=srv -chardev socket,id=proxwright-socket-data,path=/run/proxwright/virtiofsd/${uid}.data.sock`,
        }),
      /no folder's absolute path/,
    ],
    [
      'a socket elsewhere',
      () =>
        node.config({
          args: '-object secret,id=proxwright-share-data,data=path=/srv -chardev socket,id=proxwright-socket-data,path=/run/proxwright/virtiofsd/../../x.sock',
        }),
      /no socket below/,
    ],
    ['a guest that cannot be read', () => node.command('qm', 'exit 2'), /qm config 910 failed/],
  ])('%s stops the start', (_, change, message) => {
    shares({ tag: 'data' });
    change();
    const { status, stderr } = hook('pre-start');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(daemons()).toEqual([]);
  });

  test('a copy of a guest, with the same args, does not take the first one’s socket', () => {
    shares({ tag: 'data' });
    expect(hook('pre-start')).toEqual(good);
    const before = daemons();
    node.command('qm', `cat ${node.folder}/conf`);
    const { status, stderr } = hook('pre-start', '911');
    expect(status).not.toBe(0);
    expect(stderr).toContain('is in use by another guest: is this one its copy?');
    hook('post-stop', '911');
    expect(daemons()).toEqual(before);
    expect(state()).toEqual(files('data'));
  });

  test('a daemon that dies before QEMU came to it is started anew', async () => {
    shares({ tag: 'data', behaviour: 'crash once' });
    expect(hook('pre-start')).toEqual(good);
    await until(() => started().length === 2 && state().includes(`${uid}.data.sock`));
    expect(daemons()).toHaveLength(1);
    expect(readFileSync(path.join(node.folder, 'run/proxwright/virtiofsd/910.data.log'), 'utf8')).toContain(
      'ended with signal 9',
    );
  });

  test('once QEMU has left, daemon and supervisor are gone before anybody stops them', async () => {
    shares({ tag: 'data' });
    expect(hook('pre-start')).toEqual(good);
    const client = createConnection(path.join(node.folder, `run/proxwright/virtiofsd/${uid}.data.sock`));
    await new Promise((resolve) => client.once('connect', resolve));
    client.destroy();
    await until(() => daemons().length === 0 && state().length === 1);
    expect(state()).toEqual(['910.data.log']);
    expect(hook('post-stop')).toEqual(good);
    expect(state()).toEqual([]);
  });

  test('wrong arguments are refused', () => {
    expect(hook('pre-start', '../x')).toMatchObject({ stderr: expect.stringContaining('usage') });
  });
});
