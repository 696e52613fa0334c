import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Answers, loadAnswers } from '../../src/answers/load.ts';
import { writeAnswers } from '../../src/answers/write.ts';
import { clusters, context, depot, toJson, workflows } from './fixture.ts';

const folder = path.join(import.meta.dirname, 'cases');
const taken = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''))
  .filter((name) => name !== 'secret-inline');

describe('written answers load back to equal answers', () => {
  test.each(taken)('%s', (name) => {
    const { jobs } = load(readFileSync(path.join(folder, `${name}.yaml`), 'utf8'));
    for (const workflow of workflows) {
      const items = jobs.filter((job) => job.workflow === workflow.id).map((job) => job.answers);
      if (items.length === 0) continue;
      const again = load(writeAnswers(workflow.many ? items : items[0], workflow));
      expect(plain(again.jobs.map((job) => job.answers))).toEqual(plain(items));
    }
  });
});

test('defaults are left out, keys are in the order of the schema', () => {
  const answers = {
    pool: '',
    groups: [
      {
        count: 3,
        memory: 2048,
        name: 'server',
        networks: [{ ip: 'dhcp', model: 'virtio', bridge: 'vmbr0' }],
      },
      {
        name: 'web',
        networks: [{ gateway: '10.0.0.1', bridge: 'vmbr1', ip: '10.0.0.2/24' }],
        tags: ['a', 'yes', '1'],
      },
    ],
    nodes: 'all',
    wait: { timeout: 300, address: false },
    name: 'edge',
  };
  expect(writeAnswers(answers, clusters)).toBe(
    [
      '# Flatcar cluster. To do what it says: proxwright apply THIS-FILE',
      '',
      'version: 1',
      'clusters:',
      '  - name: edge',
      '    groups:',
      '      - { name: server, count: 3 }',
      '      - name: web',
      '        networks:',
      '          - { bridge: vmbr1, ip: 10.0.0.2/24, gateway: 10.0.0.1 }',
      '        tags: [ a, yes, "1" ]',
      '    wait: { address: false }',
      '',
    ].join('\n'),
  );
});

test('secrets are written as references, never themselves', () => {
  const { jobs } = load(
    'version: 1\ndepot: { api_key: hunter2, keys: [{ id: a, secret_file: key }, { id: b, secret: typed }] }',
  );
  const text = writeAnswers({ ...(jobs[0]?.answers as object), ratio: 0.25 }, depot);
  expect(text).not.toMatch(/hunter2|typed|from a file/);
  expect(text.split('\n').slice(2)).toEqual([
    'version: 1',
    'depot:',
    '  api_key: { env: DEPOT_API_KEY }',
    '  ratio: 0.25',
    '  keys:',
    '    - id: a',
    '      secret: { file: key }',
    '    - id: b',
    '      secret: { env: DEPOT_KEYS_SECRET }',
    '',
  ]);
});

test("a wizard's typed secret and unfinished answers can be written", () => {
  expect(writeAnswers({ api_key: 'typed', ratio: undefined }, depot)).toContain(
    'api_key: { env: DEPOT_API_KEY }',
  );
  expect(writeAnswers({ name: 'edge', other: [1] }, clusters)).toContain(
    '  - name: edge\n    other: [ 1 ]\n',
  );
});

/** Secrets can be seen in it and compared. */
function plain(value: unknown): unknown {
  return JSON.parse(toJson(value));
}

function load(text: string): Answers {
  const { answers, issues } = loadAnswers([{ name: 'a.yaml', text }], context);
  expect(issues.filter((issue) => issue.severity === 'error')).toEqual([]);
  return answers!;
}
