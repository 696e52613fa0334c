import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../src/answers/check.ts';
import type { ImageChoice } from '../../src/answers/choices.ts';
import { questionsOf } from '../../src/answers/questions.ts';
import { writeAnswers } from '../../src/answers/write.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Question } from '../../src/view/wizard/question.ts';
import { cluster } from '../../src/workflows/cluster/workflow.ts';
import { clusters, depot, workflows } from './fixture.ts';

interface Given {
  workflow: string;
  answers: Record<string, unknown>;
  images: ImageChoice[];
  facts: Facts;
}

/** `NAME.json`, what is known, with `NAME.txt`, what is asked: as {@link listing} shows it. */
const folder = path.join(import.meta.dirname, 'questions');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

const given = (name: string): Given => JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));

describe('questions', () => {
  test.each(names)('%s', (name) => {
    const { workflow, ...context } = given(name);
    const { answers: schema } = workflows.find(({ id }) => id === workflow)!;
    expect(`${listing(questionsOf(schema, context)).join('\n')}\n`).toBe(
      readFileSync(path.join(folder, `${name}.txt`), 'utf8'),
    );
  });
});

/** What Enter alone answers: every suggestion that the schema itself would not fill in. */
function suggestedAnswers(context: Parameters<typeof questionsOf>[1]): Record<string, unknown> {
  const suggestions = questionsOf(clusters.answers, context)
    .filter((question) => question.required && question.default !== undefined)
    .map((question) => [question.key, question.default]);
  return Object.fromEntries(suggestions);
}

describe('a wizard walked by pressing Enter', () => {
  test.each(names.filter((name) => given(name).workflow === 'cluster'))(
    '%s ends in complete answers',
    (name) => {
      const context = { ...given(name), answers: {} };
      const answers = suggestedAnswers(context);
      expect(checkAnswers(clusters.answers, answers, { complete: true })).toEqual([]);
      const bridges = new Set(context.facts.bridges.map(({ bridge }) => bridge));
      const { groups } = clusters.answers.parse(answers) as {
        groups: { count: number; networks: { bridge: string }[] }[];
      };
      expect(groups.map(({ count }) => count)).toEqual([3]);
      expect(groups.flatMap(({ networks }) => networks).filter(({ bridge }) => !bridges.has(bridge))).toEqual(
        [],
      );
    },
  );

  test('writes a short file', () => {
    const answers = suggestedAnswers({ ...given('three-nodes'), answers: {} });
    expect(writeAnswers(answers, clusters).split('\n').slice(2)).toEqual([
      'version: 1',
      'clusters:',
      '  - name: flatcar',
      '    groups:',
      '      - { name: server, count: 3 }',
      '',
    ]);
  });
});

describe('answers so far', () => {
  const check = (value: unknown, complete: boolean) =>
    checkAnswers(clusters.answers, value, { complete }).map(({ path: at, message }) => `${at}: ${message}`);

  test('what is not answered yet counts only at the end', () => {
    const begun = { name: '', groups: [{ name: 'a' }, { name: undefined, count: 2 }] };
    expect(check(begun, false)).toEqual([]);
    expect(check(begun, true)).toEqual([
      'name: is missing: wants a name of letters, digits and dashes, up to 63 of them, such as edge',
      'groups.1.name: is missing: wants a name of letters, digits and dashes, up to 63 of them, such as edge',
    ]);
  });

  test('what is wrong counts at once', () => {
    const answers = {
      name: 'a_b',
      groups: [{ name: 'a', networks: [{ bridge: 'vmbr0', ip: '10.0.0.255/24' }] }],
    };
    expect(check(answers, false)).toEqual([
      'name: wants a name of letters, digits and dashes, up to 63 of them, such as edge, found the text "a_b"',
      'groups.0.networks.0.ip: 10.0.0.255 is the broadcast address of 10.0.0.0/24; begin with another',
    ]);
  });

  test('secrets count as they are typed or referred to', () => {
    expect(checkAnswers(depot.answers, { api_key: 'typed' }, { complete: true })).toEqual([]);
    expect(checkAnswers(depot.answers, { api_key: { env: 'NOT_SET' } }, { complete: true })).toEqual([]);
    expect(checkAnswers(depot.answers, { api_key: 5 }, { complete: true })).toHaveLength(1);
  });
});

function listing(questions: readonly Question[], indent = ''): string[] {
  return questions.flatMap((question) => [
    `${indent}${question.key}: ${question.kind}, ${question.label}${flags(question)}`,
    ...(question.choices ?? []).map(
      ({ label, detail, disabled }) =>
        `${indent}    ${`${disabled ? 'x' : '-'} ${label.padEnd(14)}  ${disabled ?? detail ?? ''}`.trimEnd()}`,
    ),
    ...listing(question.questions ?? [], `${indent}  `),
  ]);
}

function flags(question: Question): string {
  const items = Array.isArray(question.default) ? question.default : undefined;
  const preset = question.summary && items ? items.map(question.summary) : question.default;
  return [
    question.unit ? `, in ${question.unit}` : '',
    question.required ? ', required' : '',
    question.advanced ? ', advanced' : '',
    question.open ? ', open' : '',
    preset === undefined ? '' : `, ${JSON.stringify(preset)}`,
  ].join('');
}

test.each([
  ['short', ['preset_options.token']],
  ['long-enough-to-be-a-token', []],
  [{ env: 'TOKEN' }, []],
])('a secret is checked as the wizard has it, before it is read: %j', (token, wrong) => {
  const answers = {
    name: 'edge',
    image: 'flatcar-stable',
    preset: 'k3s',
    preset_options: { token, endpoint: 'k3s.lab' },
    groups: [{ name: 'server' }],
  };
  const issues = checkAnswers(cluster.answers, answers, { complete: true });
  expect(issues.map(({ path }) => path)).toEqual(wrong);
});
