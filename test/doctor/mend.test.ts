import { describe, expect, test } from 'vitest';
import { type Change, defineCheck } from '../../src/doctor/check.ts';
import { lineDiff } from '../../src/doctor/diff.ts';
import { mend, mendLines } from '../../src/doctor/mend.ts';
import type { Result } from '../../src/doctor/run.ts';
import { pass } from '../../src/doctor/verdict.ts';
import type { Host } from '../../src/hosts/host.ts';

const check = defineCheck({
  id: 'A',
  group: 'node',
  title: 'A thing',
  looksAt: '',
  why: '',
  needs: 'host',
  scope: 'node',
  read: async () => 1,
  judge: () => pass(''),
});

function node(files: Map<string, string>, broken: RegExp = /^never$/) {
  const ran: string[] = [];
  const host: Host = {
    node: 'pve1',
    async run(argv) {
      if (argv[0] === 'stat') return { exitCode: 0, stdout: '644\n', stderr: '' };
      ran.push(argv.join(' '));
      return broken.test(argv.join(' '))
        ? { exitCode: 1, stdout: '', stderr: 'warning\nno such unit\n' }
        : { exitCode: 0, stdout: '', stderr: '' };
    },
    read: async (path) => (files.has(path) ? Buffer.from(files.get(path) ?? '') : undefined),
    async write(path, content) {
      files.set(path, String(content));
    },
    async remove(path) {
      files.delete(path);
    },
  };
  const calls: string[] = [];
  const say = (method: string) => async (path: string, params: unknown) => {
    calls.push(`${method} ${path} ${JSON.stringify(params)}`);
    return undefined as never;
  };
  const edges = {
    host: () => host,
    pve: { post: say('POST'), put: say('PUT'), delete: say('DELETE') },
    stamp: '20260301-101530',
  };
  return { edges, ran, calls };
}

function wrong(changes: readonly Change[]) {
  const verdict = { severity: 'fail' as const, message: 'ill', mend: { changes } };
  return { check, node: 'pve1', verdict, seen: true } satisfies Result;
}

const HOSTS = '127.0.0.1 localhost\n127.0.1.1 pve1\n';
const file: Change = {
  kind: 'file',
  node: 'pve1',
  path: '/etc/hosts',
  before: HOSTS,
  after: '127.0.0.1 localhost\n192.168.1.11 pve1\n',
  mode: 0o644,
};
const command: Change = {
  kind: 'command',
  node: 'pve1',
  argv: ['systemctl', 'start', 'x'],
  undo: ['systemctl', 'stop', 'x'],
};
const call: Change = {
  kind: 'api',
  method: 'put',
  path: '/nodes/{node}/storage',
  params: { content: 'a,b' },
  undo: { method: 'put', path: '/nodes/{node}/storage', params: { content: 'a' } },
};

describe('mending', () => {
  test('is shown before', () => {
    expect(mendLines({ changes: [file, command, call] }, 'pve1')).toEqual([
      '/etc/hosts    (on pve1)',
      '   127.0.0.1 localhost',
      '  -127.0.1.1 pve1',
      '  +192.168.1.11 pve1',
      '$ systemctl start x    (on pve1)',
      'PUT /nodes/pve1/storage content=a,b',
    ]);
  });

  test('keeps what was before', async () => {
    const files = new Map([['/etc/hosts', HOSTS]]);
    const { edges } = node(files);
    const done = await mend(wrong([file]), edges, async () => true);
    const backup = '/var/lib/proxwright/backups/20260301-101530/etc/hosts';
    expect(done).toEqual({ status: 'mended', backups: [backup] });
    expect(files.get(backup)).toBe(HOSTS);
    expect(files.get('/etc/hosts')).toContain('192.168.1.11 pve1');
  });

  test('that fails half way takes back what was done, newest first', async () => {
    const files = new Map([['/etc/hosts', HOSTS]]);
    const { edges, ran, calls } = node(files, /start x/);
    const done = await mend(wrong([file, call, command]), edges, async () => true);
    expect(done).toEqual({ status: 'failed', why: 'systemctl start x: no such unit', left: [] });
    expect(files.get('/etc/hosts')).toBe(HOSTS);
    expect(ran).toEqual(['systemctl start x', 'systemctl stop x']);
    expect(calls).toEqual([
      'PUT /nodes/pve1/storage {"content":"a,b"}',
      'PUT /nodes/pve1/storage {"content":"a"}',
    ]);
  });

  test('after which nothing is better is taken back', async () => {
    const files = new Map([['/etc/hosts', HOSTS]]);
    const { edges } = node(files);
    const done = await mend(wrong([file]), edges, async () => false);
    expect(done).toMatchObject({
      status: 'failed',
      why: 'it was done, but the check finds the same as before',
    });
    expect(files.get('/etc/hosts')).toBe(HOSTS);
  });

  test('says what could not be taken back', async () => {
    const { edges } = node(new Map(), /stop x|start y/);
    const next: Change = { kind: 'command', node: 'pve1', argv: ['systemctl', 'start', 'y'] };
    const done = await mend(wrong([command, next]), edges, async () => true);
    expect(done).toMatchObject({
      status: 'failed',
      left: ['systemctl start x: systemctl stop x: no such unit'],
    });
  });

  test('does not write over what somebody has changed meanwhile', async () => {
    const files = new Map([['/etc/hosts', `${HOSTS}10.0.0.9 nas\n`]]);
    const { edges } = node(files);
    const done = await mend(wrong([file]), edges, async () => true);
    expect(done).toMatchObject({ status: 'failed', why: '/etc/hosts has changed since it was looked at' });
    expect(files.get('/etc/hosts')).toContain('nas');
  });

  test('a new file is removed again', async () => {
    const files = new Map<string, string>();
    const { edges } = node(files, /start x/);
    await mend(wrong([{ ...file, before: undefined }, command]), edges, async () => true);
    expect([...files.keys()]).toEqual([]);
  });
});

test.each([
  ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
  ['', 'a\n', ['+a']],
  ['a\n', '', ['-a']],
  ['1\n2\n3\n4\n5\n6\n7\n', '1\n2\n3\n4\n5\n6\n8\n', [' 5', ' 6', '-7', '+8']],
  [
    '1\n2\n3\n4\n5\n6\n7\n8\n',
    'x\n2\n3\n4\n5\n6\n7\ny\n',
    ['-1', '+x', ' 2', ' 3', '…', ' 6', ' 7', '-8', '+y'],
  ],
  ['same\n', 'same\n', []],
])('the difference of %j and %j', (before, after, lines) => {
  expect(lineDiff(before, after)).toEqual(lines);
});
