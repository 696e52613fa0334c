import { describe, expect, test, vi } from 'vitest';
import { defineCheck } from '../../src/doctor/check.ts';
import { Garbled } from '../../src/doctor/look.ts';
import { type DoctorTarget, findingsOf, runDoctor, summaryOf } from '../../src/doctor/run.ts';
import { pass, warn } from '../../src/doctor/verdict.ts';
import { ApiError } from '../../src/errors.ts';
import type { Host } from '../../src/hosts/host.ts';

const bones = {
  group: 'node',
  title: 'A thing',
  looksAt: 'a thing',
  why: 'It matters.',
  needs: 'host',
  scope: 'node',
} as const;

function place(run: Host['run'], nodes = ['pve1']): DoctorTarget & { asked: string[] } {
  const asked: string[] = [];
  const host = (node: string): Host => ({
    node,
    run: (argv, options) => {
      asked.push(`${node} ${argv.join(' ')}`);
      return run(argv, options);
    },
    read: async () => undefined,
    write: async () => {},
    remove: async () => {},
  });
  return {
    asked,
    kind: 'ssh',
    firstNode: 'pve1',
    nodes: nodes.map((name) => ({ name, online: true })),
    pve: {
      get: async (where: string) => {
        throw new ApiError('no', { status: where.includes('old') ? 501 : 403, method: 'GET', path: where });
      },
    },
    host,
    local: host('here'),
    width: () => 2,
  };
}
const said = (stdout: string) => async () => ({ exitCode: 0, stdout, stderr: '' });

describe('looking', () => {
  test('asks each question once, however many want to know', async () => {
    const target = place(said('x'));
    const check = (id: string) =>
      defineCheck({ ...bones, id, read: (look) => look.command('id'), judge: () => pass('') });
    await runDoctor([check('A'), check('B'), check('C')], target);
    expect(target.asked).toEqual(['pve1 id']);
  });

  test('gives up on what hangs, and on a node where everything does', async () => {
    const target = place(() => new Promise<never>(() => {}));
    const checks = Array.from({ length: 8 }, (_, at) =>
      defineCheck({
        ...bones,
        id: `A${at}`,
        read: (look) => look.command('sleep', String(at)),
        judge: () => pass(''),
      }),
    );
    const { results } = await runDoctor(checks, target, { patience: 40 });
    expect(results.map(({ verdict }) => verdict.severity)).toEqual(checks.map(() => 'warn'));
    expect(target.asked.length).toBeLessThan(8);
    expect(results[0]?.verdict.message).toBe('could not be looked at: $ sleep 0 took longer than 0.04 s');
    expect(results[7]?.verdict.message).toContain('did not answer 3 times before');
  });

  test('a node or a guest that does not answer keeps no other from being asked', async () => {
    const get = async (path: string): Promise<never> => {
      if (/agent|pve2/.test(path)) return new Promise<never>(() => {});
      return path as never;
    };
    const paths = [
      ...Array.from({ length: 20 }, (_, at) => `/nodes/pve1/qemu/${100 + at}/agent/file-read`),
      ...Array.from({ length: 6 }, (_, at) => `/nodes/pve2/${at}`),
      '/nodes/pve1/time',
      '/cluster/status',
    ];
    const checks = paths.map((path) =>
      defineCheck({ ...bones, id: path, read: (look) => look.get(path), judge: () => pass('answers') }),
    );
    const { results } = await runDoctor(checks, { ...place(said('')), pve: { get } }, { patience: 40 });
    const heard = results.filter(({ verdict }) => verdict.severity === 'pass').map(({ check }) => check.id);
    expect(heard).toEqual(['/nodes/pve1/time', '/cluster/status']);
    const last = results.find(({ check }) => check.id === '/nodes/pve2/5')?.verdict.message;
    expect(last).toContain('since the API of pve2 did not answer 3 times before');
  });

  test('what prints without end is not judged', async () => {
    const check = defineCheck({
      ...bones,
      id: 'A',
      read: (look) => look.command('yes'),
      judge: () => pass(''),
    });
    const { results } = await runDoctor([check], place(said('y\n'.repeat(5 * 1024 ** 2))));
    expect(results[0]?.verdict.message).toBe('could not be looked at: yes printed 10485760 characters');
  });

  test('waits two seconds for each thing, and no longer', async () => {
    vi.useFakeTimers();
    try {
      const hanging = place(() => new Promise<never>(() => {}));
      const check = defineCheck({
        ...bones,
        id: 'A',
        read: (look) => look.command('sleep', 'inf'),
        judge: () => pass(''),
      });
      let said: string | undefined;
      void runDoctor([check], hanging).then(({ results }) => {
        said = results[0]?.verdict.message;
      });
      await vi.advanceTimersByTimeAsync(1_900);
      expect(said).toBeUndefined();
      await vi.advanceTimersByTimeAsync(100);
      expect(said).toBe('could not be looked at: $ sleep inf took longer than 2 s');
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['/nodes/x', 'skip', 'may not be looked at: GET /nodes/x: no'],
    ['/old', 'skip', 'this version of the API has no such call'],
  ])('%s is skipped with the reason', async (where, severity, message) => {
    const check = defineCheck({ ...bones, id: 'A', read: (look) => look.get(where), judge: () => pass('') });
    const { results } = await runDoctor([check], place(said('')));
    expect(results[0]).toMatchObject({ seen: false, verdict: { severity, message } });
  });

  test('without commands, what needs them is skipped', async () => {
    const target = { ...place(said('')), host: () => undefined };
    const check = defineCheck({ ...bones, id: 'A', read: async () => 1, judge: () => pass('') });
    const { results } = await runDoctor([check], target);
    expect(results[0]?.verdict).toMatchObject({ severity: 'skip' });
  });
});

describe('a check that breaks is a finding', () => {
  const reading = defineCheck({
    ...bones,
    id: 'A',
    read: () => Promise.reject(new TypeError('oops')),
    judge: () => pass(''),
  });
  const judging = defineCheck({
    ...bones,
    id: 'B',
    read: async () => 1,
    judge: () => {
      throw new RangeError('oops');
    },
  });
  const garbled = defineCheck({
    ...bones,
    id: 'C',
    read: async () => 1,
    judge: () => {
      throw new Garbled('lvs', `\u001b[31m${'x'.repeat(200)}`);
    },
  });

  test('and keeps nobody else from speaking', async () => {
    const well = defineCheck({ ...bones, id: 'D', read: async () => 1, judge: () => pass('well') });
    const { results } = await runDoctor([reading, judging, garbled, well], place(said('')));
    expect(results.map(({ verdict }) => `${verdict.severity}: ${verdict.message}`)).toEqual([
      'warn: the check itself broke: oops',
      'warn: the check itself broke: oops',
      `warn: lvs said what cannot be understood: "[31m${'x'.repeat(55)}…"`,
      'pass: well',
    ]);
  });
});

describe('findings', () => {
  test('of several nodes that say the same are one', async () => {
    const check = defineCheck({
      ...bones,
      id: 'A',
      url: 'https://example.org/',
      read: async (look) => look.node,
      judge: (node) =>
        node === 'pve3' ? warn('is ill', { text: 'cure it', command: 'cure' }) : pass('well'),
    });
    const nodes = ['pve1', 'pve2', 'pve3'];
    const { results } = await runDoctor([check], place(said(''), nodes));
    const findings = findingsOf(results, nodes);
    expect(findings).toEqual([
      {
        id: 'A',
        title: 'A thing',
        severity: 'pass',
        message: 'pve1, pve2: well',
        url: 'https://example.org/',
      },
      {
        id: 'A',
        title: 'A thing',
        severity: 'warn',
        message: 'pve3: is ill',
        fix: { text: 'cure it', command: 'cure' },
        url: 'https://example.org/',
      },
    ]);
    expect(summaryOf(findings)).toEqual({ pass: 1, info: 0, warn: 1, fail: 0, skip: 0 });
  });
});
