import { describe, expect, test } from 'vitest';
import { type AnyCheck, defineCheck, type Verdict } from '../../src/doctor/check.ts';
import { preflightFindings } from '../../src/doctor/preflight.ts';
import type { Result } from '../../src/doctor/run.ts';
import { fail, info, pass, warn } from '../../src/doctor/verdict.ts';

const check = (id: string, gate?: AnyCheck['gate']): AnyCheck =>
  defineCheck({
    id,
    group: 'node',
    title: '',
    looksAt: '',
    why: '',
    needs: 'api',
    scope: 'node',
    ...(gate ? { gate } : {}),
    read: async () => 1,
    judge: () => pass(''),
  });
const result = (one: AnyCheck, node: string | undefined, verdict: Verdict, seen = true): Result => ({
  check: one,
  node,
  verdict,
  seen,
});
const ill = fail('is ill', { text: 'cure it', command: 'cure' });
const odd = warn('is odd', { text: 'look at it' });
const at = { online: ['pve1', 'pve2'], touched: new Set(['pve1']) };
const told = (results: readonly Result[], touched: ReadonlySet<string> = at.touched) =>
  preflightFindings(results, { ...at, touched })
    .filter(({ check: id }) => id !== undefined)
    .map(({ severity, message }) => `${severity} ${message}`);

describe('what the doctor found, before a run', () => {
  test('a failure keeps it from beginning, and says how to go on regardless', () => {
    expect(preflightFindings([result(check('A'), 'pve1', ill)], at)).toEqual([
      { severity: 'error', message: 'A: pve1: is ill', fix: 'cure it: cure', check: 'A' },
      {
        severity: 'info',
        message: 'whoever knows better goes on regardless of what the doctor found',
        fix: 'save the answers, then proxwright apply FILE --skip A',
      },
    ]);
  });

  test.each([
    ['a warning is told', [result(check('A'), 'pve1', odd)], ['warning A: pve1: is odd']],
    [
      'what is well or a remark is not',
      [result(check('A'), 'pve1', pass('')), result(check('A'), 'pve1', info('x'))],
      [],
    ],
    [
      'of another node a failure is told only',
      [result(check('A'), 'pve2', ill)],
      ['warning A: pve2: is ill'],
    ],
    ['of another node a warning is not', [result(check('A'), 'pve2', odd)], []],
    ['of the cluster it counts', [result(check('A'), undefined, ill)], ['error A: is ill']],
    [
      'of guests that are there it is told only',
      [result(check('A', 'tells'), 'pve1', ill)],
      ['warning A: pve1: is ill'],
    ],
    ['what the run mends is not told', [result(check('A', 'mends'), 'pve1', odd)], []],
    ['what it cannot mend is', [result(check('A', 'mends'), 'pve1', ill)], ['error A: pve1: is ill']],
  ])('%s', (_name, results, findings) => {
    expect(told(results)).toEqual(findings);
  });

  test('a plan that names no node concerns all', () => {
    expect(told([result(check('A'), 'pve2', ill)], new Set())).toEqual(['error A: pve2: is ill']);
  });

  test('what could not be looked at keeps nobody from anything', () => {
    const results = ['A', 'B'].flatMap((id) =>
      ['pve1', 'pve2'].map((node) => result(check(id), node, odd, false)),
    );
    expect(preflightFindings(results, at)).toEqual([
      {
        severity: 'info',
        message: 'the doctor could not look at 2 things: A, B',
        fix: 'proxwright doctor --only A,B',
      },
    ]);
  });
});
