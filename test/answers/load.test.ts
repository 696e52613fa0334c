import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../src/answers/load.ts';
import { describeIssue } from '../../src/errors.ts';
import { context, toJson } from './fixture.ts';

/**
 * `NAME.yaml` (and `NAME.2.yaml`) with what comes out: `NAME.issues`, exact text, and `NAME.json` where the
 * answers are taken.
 */
const folder = path.join(import.meta.dirname, 'cases');
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const cases = names.map((name) => name.replace('.yaml', '')).filter((name) => !name.endsWith('.2'));

describe('answer files', () => {
  test.each(cases)('%s', (name) => {
    const files = [`${name}.yaml`, `${name}.2.yaml`].filter((file) => names.includes(file));
    const loaded = loadAnswers(
      files.map((file) => ({ name: file, text: readFileSync(path.join(folder, file), 'utf8') })),
      context,
    );
    expect(loaded.issues.map((issue) => `${describeIssue(issue)}\n`).join('')).toBe(
      expected(`${name}.issues`),
    );
    expect(loaded.answers ? toJson(loaded.answers) : '').toBe(expected(`${name}.json`));
  });

  test('each has a result, and each result a case', () => {
    const results = readdirSync(folder).filter((name) => !name.endsWith('.yaml'));
    const without = cases.filter(
      (name) => !results.includes(`${name}.issues`) && !results.includes(`${name}.json`),
    );
    expect(without).toEqual([]);
    expect(results.filter((name) => !cases.includes(name.replace(/\.(issues|json)$/, '')))).toEqual([]);
  });
});

function expected(name: string): string {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
