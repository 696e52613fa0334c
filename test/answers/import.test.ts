import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../src/answers/load.ts';
import { importFiles } from '../../src/commands/import.ts';
import type { Env } from '../../src/env.ts';
import { describeError, exitCodeOf } from '../../src/errors.ts';
import { workflows } from '../../src/workflows/all.ts';

/**
 * import/KIND/CASE/in is what is imported; beside it stands answers.yaml, or refused.txt. The words of the command
 * line are `in`, or those in `words.txt`.
 */
const root = path.join(import.meta.dirname, 'import');

const cases = ['terraform', 'machine-deployment'].flatMap((kind) =>
  readdirSync(path.join(root, kind, 'cases')).map((name) => ({
    kind,
    name,
    folder: path.join(root, kind, 'cases', name),
  })),
);
const taken = cases.filter(({ folder }) => existsSync(path.join(folder, 'answers.yaml')));
const refused = cases.filter(({ folder }) => existsSync(path.join(folder, 'refused.txt')));

test('each case is one or the other', () => {
  expect(cases.length).toBe(taken.length + refused.length);
});

describe('becomes this answer file, which is valid', () => {
  test.each(taken)('$kind $name', ({ kind, folder }) => {
    const text = imported(folder, [kind, ...wordsOf(folder, kind)]);
    expect(text).toBe(readFileSync(path.join(folder, 'answers.yaml'), 'utf8'));
    expect(text).not.toMatch(/hunter/);
    expect(text).toMatch(/^[\n\x20-\x7e‹›…]*$/);
    const { answers, issues } = load(text);
    expect(issues).toEqual([]);
    expect(answers?.jobs.length).toBeGreaterThan(0);
  });
});

describe('is refused', () => {
  test.each(refused)('$kind $name', ({ kind, folder }) => {
    const { lines, code } = refusal(folder, [kind, ...wordsOf(folder, kind)]);
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(path.join(folder, 'refused.txt'), 'utf8'));
    expect(code).toBe(2);
  });
});

test.each([
  [['puppet'], 'there is no import from "puppet"'],
  [['ansible', 'site.yml'], 'import ansible makes single guests, for which answer files have no section yet'],
  [['terraform'], 'import terraform wants DIR or FILE'],
  [['terraform', 'a', 'b'], 'import terraform takes one folder or file'],
  [['machine-deployment'], 'import machine-deployment wants FILE…'],
  [['terraform', 'nowhere'], `${path.join(root, 'nowhere')}: there is no file or folder nowhere`],
  [['machine-deployment', '.'], '. is a folder'],
])('the words %j', (words, sentence) => {
  const { lines, code } = refusal(root, words);
  expect(lines[0]).toBe(sentence);
  expect(code).toBe(2);
});

function wordsOf(folder: string, kind: string): string[] {
  const words = path.join(folder, 'words.txt');
  if (existsSync(words)) return readFileSync(words, 'utf8').trim().split(/\s+/);
  if (kind === 'terraform') return ['in'];
  return readdirSync(path.join(folder, 'in')).map((file) => `in/${file}`);
}

function imported(cwd: string, operands: readonly string[]): string {
  const chunks: string[] = [];
  const stdout = { write: (chunk: string) => chunks.push(chunk) };
  const env = { cwd, variables: {}, home: '/', stdout } as unknown as Env;
  importFiles({ command: 'import', operands, values: {}, switches: new Set(), rest: [] }, env);
  return chunks.join('');
}

function refusal(cwd: string, operands: readonly string[]): { lines: string[]; code: number } {
  try {
    imported(cwd, operands);
  } catch (error) {
    return { lines: describeError(error), code: exitCodeOf(error) };
  }
  throw new Error('it was taken');
}

/** Comments cannot hide that something does not load; nothing that it names is a secret. */
function load(text: string) {
  return loadAnswers([{ name: 'a.yaml', text }], {
    workflows,
    env: {},
    readFile: () => {
      throw new Error('nothing is read');
    },
  });
}
