import { describe, expect, test } from 'vitest';
import { checks } from '../../src/doctor/all.ts';
import { caseIds, casesOf, findIn } from './case.ts';

test('every check has cases, and no cases are left of none', () => {
  expect(caseIds().sort()).toEqual(checks.map(({ id }) => id).sort());
});

describe.each(checks.map((check) => ({ id: check.id, check })))('$id', ({ id, check }) => {
  const cases = casesOf(id);

  test.each(Object.entries(cases))('%s', async (_name, given) => {
    expect(await findIn(check, given)).toEqual(given.finds);
  });

  test('has a good, a bad and a garbled one', () => {
    expect(Object.keys(cases)).toEqual(expect.arrayContaining(['good', 'bad', 'garbage']));
    const severities = (name: string): string[] =>
      (cases[name]?.finds ?? []).flatMap((found) => Object.keys(found));
    expect(severities('good')).toContain('pass');
    expect(severities('bad')).toEqual(expect.arrayContaining([expect.stringMatching(/^(info|warn|fail)$/)]));
    // Garbage is never taken for health.
    expect(severities('garbage')).not.toContain('pass');
  });
});
