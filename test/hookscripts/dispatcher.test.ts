import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assetPath } from '../../src/assets.ts';
import { encodedNotes, type StandInNode, standInNode, writeScript } from './stand-in-node.ts';

/** The dispatcher in a real perl, with a stand-in `qm` and `pvesm` that say what a node would. */
const DISPATCHER = assetPath('hookscripts/proxwright-hooks.pl');
const PHASES = ['pre-start', 'post-start', 'pre-stop', 'post-stop'];

let node: StandInNode;

beforeEach(() => {
  node = standInNode();
});
afterEach(() => node.remove());

function script(name: string, body: string, mode = 0o755): void {
  writeScript(path.join(node.snippets, name), `echo "${name} $*" >> ${node.folder}/ran\n${body}`, mode);
}

const notes = (...lines: string[]): void =>
  node.config({ cores: '2', description: encodedNotes(lines), name: 'x' });
const dispatch = (phase: string) => node.hook(DISPATCHER, phase);
const ran = (): string[] => {
  const file = path.join(node.folder, 'ran');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};
const listed = [
  'a guest',
  'hook-script: local:snippets/one.sh',
  'hook-script: nas:snippets/two.sh',
  'proxwright: uid=1 spec=2',
];

describe('the dispatcher', () => {
  test.each(PHASES)('runs all scripts in order in %s', (phase) => {
    notes(...listed);
    script('one.sh', 'echo said one');
    script('two.sh', 'echo said two; echo complained >&2');
    expect(dispatch(phase)).toEqual({ status: 0, stdout: 'said one\nsaid two\n', stderr: 'complained\n' });
    expect(ran()).toEqual([`one.sh 910 ${phase}`, `two.sh 910 ${phase}`]);
  });

  const failures: [what: string, make: () => void, said: RegExp][] = [
    [
      'exits with 3',
      () => script('one.sh', 'echo "no license" >&2; exit 3'),
      /^no license\n.*: exit code 3$/m,
    ],
    ['is ended by a signal', () => script('one.sh', 'kill -9 $$'), /: was ended by signal 9$/m],
    ['is missing', () => {}, /: there is no file \/.*\/snippets\/one\.sh$/m],
    ['is not executable', () => script('one.sh', '', 0o644), /: \/.*one\.sh is not executable$/m],
    [
      'has no interpreter',
      () => writeFileSync(path.join(node.snippets, 'one.sh'), '#!/nonexistent\n', { mode: 0o755 }),
      /: \/.*one\.sh cannot be run: /m,
    ],
    [
      'lies on a storage that nobody knows',
      () => node.command('pvesm', 'echo "storage does not exist" >&2; exit 2'),
      /: its storage is not known here$/m,
    ],
  ];

  test.each(failures)('a script that %s stops the start, and nothing runs after it', (_, make, said) => {
    notes(...listed);
    script('two.sh', '');
    make();
    const { status, stderr } = dispatch('pre-start');
    expect(status).toBe(1);
    expect(stderr).toMatch(said);
    expect(stderr).toContain('hookscript local:snippets/one.sh, pre-start of guest 910: ');
    expect(ran().filter((line) => line.startsWith('two.sh'))).toEqual([]);
  });

  test('itself among the scripts, or a copy of it, does not make it run for ever', () => {
    copyFileSync(DISPATCHER, path.join(node.snippets, 'proxwright-hooks.pl'));
    notes('hook-script: local:snippets/proxwright-hooks.pl', ...listed);
    script('one.sh', `perl ${DISPATCHER} 910 pre-start`);
    script('two.sh', '');
    expect(dispatch('pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(ran()).toEqual(['one.sh 910 pre-start', 'two.sh 910 pre-start']);
  });

  const later = PHASES.slice(1).flatMap((phase) => failures.map((failure) => [phase, ...failure] as const));
  test.each(later)('in %s, a script that %s is warned of, and the rest runs', (phase, what, make, said) => {
    notes(...listed);
    script('two.sh', '');
    make();
    const { status, stderr } = dispatch(phase);
    expect(status).toBe(0);
    expect(stderr).toMatch(said);
    // Where no storage is known, that is so for both.
    if (!what.includes('storage')) expect(ran().at(-1)).toBe(`two.sh 910 ${phase}`);
  });

  test('what fails after others did well stops the start as well', () => {
    notes(...listed);
    script('one.sh', '');
    script('two.sh', 'exit 1');
    expect(dispatch('pre-start')).toMatchObject({ status: 1, stderr: expect.stringContaining('two.sh') });
    expect(ran()).toEqual(['one.sh 910 pre-start', 'two.sh 910 pre-start']);
  });

  test.each([
    ['none at all', []],
    ['just text', ['just text']],
    [
      'lines that only look alike',
      [
        'see hook-script: local:snippets/one.sh for more',
        'hook-script: ../evil',
        'hook-script: local:snippets/../../evil',
        'hook-script: local:iso/one.sh',
        'hook-script: $(touch evil):snippets/one.sh',
      ],
    ],
  ])('notes with %s run nothing', (_, lines) => {
    notes(...lines);
    script('one.sh', '');
    expect(dispatch('pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(ran()).toEqual([]);
  });

  test('a guest without notes runs nothing', () => {
    node.config({ cores: '2' });
    expect(dispatch('pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('a guest that cannot be read is no start', () => {
    node.command('qm', 'exit 2');
    expect(dispatch('pre-start').status).not.toBe(0);
  });

  test('wrong arguments are refused', () => {
    const { status, stderr } = spawnSync('perl', [DISPATCHER, '../../x'], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('usage');
  });
});

/** On a node it reads /etc/pve itself; here a folder of the test is mounted there, for this process alone. */
const root = spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(!root)('the dispatcher with /etc/pve (needs root and unshare)', () => {
  beforeEach(() => {
    mkdirSync(path.join(node.folder, 'etc/pve/qemu-server'), { recursive: true });
    // Nobody asks these: they cost half a second each.
    for (const name of ['qm', 'pvesm']) node.command(name, 'exit 9');
  });

  function inPve(phase: string) {
    const mount = 'mount --bind "$1" /etc && shift && exec "$@"';
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', mount, 'sh', path.join(node.folder, 'etc'), 'perl', DISPATCHER, '910', phase],
      { encoding: 'utf8', env: { PATH: `${path.join(node.folder, 'bin')}:/usr/bin:/bin` } },
    );
    return { status, stdout, stderr };
  }

  test('the notes of now are read, not those of snapshots, and folders from storage.cfg', () => {
    const conf = [
      '#a guest%2C with a %25',
      '#hook-script%3A nas%3Asnippets/two.sh',
      '#hook-script: local:snippets/one.sh',
      'cores: 2',
      '',
      '[before]',
      '#hook-script: local:snippets/old.sh',
      '',
    ];
    writeFileSync(path.join(node.folder, 'etc/pve/qemu-server/910.conf'), conf.join('\n'));
    const storages = `dir: other\n\tpath /nowhere\n\ndir: local\n\tcontent iso\n\tpath ${node.folder}\n\nnfs: nas\n\tpath ${node.folder}\n\tserver x\n`;
    writeFileSync(path.join(node.folder, 'etc/pve/storage.cfg'), storages);
    for (const name of ['one.sh', 'two.sh', 'old.sh']) script(name, '');
    expect(inPve('pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(ran()).toEqual(['two.sh 910 pre-start', 'one.sh 910 pre-start']);
  });

  test('network storages are mounted where Proxmox VE mounts them', () => {
    writeFileSync(
      path.join(node.folder, 'etc/pve/qemu-server/910.conf'),
      '#hook-script: nas:snippets/proxwright-none.sh\n',
    );
    writeFileSync(path.join(node.folder, 'etc/pve/storage.cfg'), 'cifs: nas\n\tserver x\n\tshare y\n');
    expect(inPve('post-stop')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('there is no file /mnt/pve/nas/snippets/proxwright-none.sh'),
    });
  });
});
