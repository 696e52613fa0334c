import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assetPath } from '../../src/assets.ts';

/** The dispatcher in a real perl, with a stand-in `qm` and `pvesm` that say what a node would. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxwright-hooks-'));
  mkdirSync(path.join(folder, 'snippets'));
  mkdirSync(path.join(folder, 'bin'));
  command('pvesm', `[ "$1" = path ] && echo "${folder}/snippets/\${2##*/}"`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function command(name: string, body: string): void {
  writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function script(name: string, body: string, mode = 0o755): void {
  const file = path.join(folder, 'snippets', name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${folder}/ran\n${body}\n`);
  chmodSync(file, mode);
}

function notes(...lines: string[]): void {
  const encoded = encodeURIComponent(lines.join('\n')).replaceAll("'", '%27');
  command(
    'qm',
    `[ "$1 $2" = "config 910" ] && printf 'cores: 2\\ndescription: ${encoded.replaceAll('%', '%%')}\\nname: x\\n'`,
  );
}

function dispatch(phase: string) {
  const { status, stdout, stderr } = spawnSync(
    'perl',
    [assetPath('hookscripts/proxwright-hooks.pl'), '910', phase],
    {
      encoding: 'utf8',
      env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin` },
    },
  );
  return { status, stdout, stderr };
}

const ran = (): string[] => readFileSync(path.join(folder, 'ran'), 'utf8').trim().split('\n');
const listed = [
  'a guest',
  'hook-script: local:snippets/one.sh',
  'hook-script: nas:snippets/two.sh',
  'proxwright: uid=1 spec=2',
];

describe('the dispatcher', () => {
  test.each(['pre-start', 'post-start', 'pre-stop', 'post-stop'])(
    'runs all scripts in order in %s',
    (phase) => {
      notes(...listed);
      script('one.sh', 'echo said one');
      script('two.sh', 'echo said two');
      expect(dispatch(phase)).toEqual({ status: 0, stdout: 'said one\nsaid two\n', stderr: '' });
      expect(ran()).toEqual([`one.sh 910 ${phase}`, `two.sh 910 ${phase}`]);
    },
  );

  test('a script that fails in pre-start stops the start, with its output, and nothing runs after it', () => {
    notes(...listed);
    script('one.sh', 'echo "no license" >&2; exit 3');
    script('two.sh', '');
    const { status, stderr } = dispatch('pre-start');
    expect(status).toBe(1);
    expect(stderr).toContain('no license\n');
    expect(stderr).toContain('hookscript local:snippets/one.sh, pre-start of guest 910: exit code 3');
    expect(ran()).toEqual(['one.sh 910 pre-start']);
  });

  test.each(['post-start', 'pre-stop', 'post-stop'])(
    'a script that fails in %s is warned of, and the rest runs',
    (phase) => {
      notes(...listed);
      script('one.sh', 'kill -9 $$');
      script('two.sh', '');
      const { status, stderr } = dispatch(phase);
      expect(status).toBe(0);
      expect(stderr).toContain('was ended by signal 9');
      expect(ran()).toEqual([`one.sh 910 ${phase}`, `two.sh 910 ${phase}`]);
    },
  );

  test('a script that is missing or not executable counts as failed', () => {
    notes(...listed);
    script('two.sh', '', 0o644);
    expect(dispatch('pre-start')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no file'),
    });
    expect(dispatch('post-stop')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('is not executable'),
    });
  });

  test('notes without such lines, with none at all, or with lines that only look alike run nothing', () => {
    for (const lines of [
      [],
      ['just text'],
      [
        'see hook-script: local:snippets/one.sh for more',
        'hook-script: ../evil',
        'hook-script: local:snippets/../../evil',
      ],
    ]) {
      notes(...lines);
      expect(dispatch('pre-start')).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });

  test('a guest that cannot be read is no start', () => {
    command('qm', 'exit 2');
    expect(dispatch('pre-start').status).not.toBe(0);
  });

  test('wrong arguments are refused', () => {
    const { status, stderr } = spawnSync('perl', [assetPath('hookscripts/proxwright-hooks.pl'), '../../x'], {
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('usage');
  });
});
