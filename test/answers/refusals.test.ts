import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../src/answers/load.ts';
import { describeIssue } from '../../src/errors.ts';
import { context } from './fixture.ts';

const issuesOf = (text: string) => loadAnswers([{ name: 'a.yaml', text }], context).issues.map(describeIssue);

/** Texts too large or too wild to lie in a folder; each must be refused in one sentence, and none hangs. */
const cases: [name: string, text: string, issue: string][] = [
  [
    '10 MB of YAML',
    `version: 1\n${'# comment\n'.repeat(1_000_000)}`,
    '1:1: is larger than 1 MiB, which no answer file is',
  ],
  [
    'a map of 60,000 keys',
    `version: 1\n${Array.from({ length: 60_000 }, (_, at) => `k${at}: ${at}`).join('\n')}`,
    '1:1: holds more YAML than an answer file can need (over 250,000 tokens)',
  ],
  [
    'thousands of anchors',
    Array.from({ length: 20_000 }, (_, at) => `k${at}: &a${at} ${at}`).join('\n'),
    '1:1: has over 1,000 anchors and aliases, which no answer file needs',
  ],
  ['a million brackets', '['.repeat(1_000_000), '1:1: is nested too deeply to be an answer file'],
  [
    'quotes only',
    '"'.repeat(1_000_000),
    '1:1: holds more YAML than an answer file can need (over 250,000 tokens)',
  ],
  [
    'many documents',
    '---\n'.repeat(50_000),
    '2:1: a second YAML document begins here; give it as a file of its own',
  ],
];

describe('texts that no answer file is', () => {
  test.each(cases)('%s', (_, text, issue) => {
    expect(issuesOf(text)).toEqual([`a.yaml:${issue}`]);
  });

  test('no file at all', () => {
    expect(loadAnswers([], context).issues.map(describeIssue)).toEqual(['no answer file is given']);
  });

  test('a thousand wrong groups are a thousand issues', () => {
    const groups = Array.from({ length: 1000 }, (_, at) => `      - { name: g${at}, count: many }`);
    const issues = issuesOf(`version: 1\nclusters:\n  - name: edge\n    groups:\n${groups.join('\n')}\n`);
    expect(issues).toHaveLength(1000);
    expect(issues.at(-1)).toMatch(/^a\.yaml:1004:\d+: clusters\.0\.groups\.999\.count: wants a whole number/);
  });
});

test('no issue repeats a secret', () => {
  const text = [
    'version: 1',
    'target: { url: "https://pve1", password: s3cret-one, token: s3cret-two }',
    'depot: { api_key: s3cret-three, keys: [{ id: 1, secret: [s3cret-four] }] }',
  ].join('\n');
  const issues = issuesOf(text);
  expect(issues.length).toBeGreaterThan(4);
  expect(issues.join('\n')).not.toContain('s3cret');
});

test('a finding of a plan finds its place', () => {
  const text = 'version: 1\nclusters:\n  - name: edge\n    groups:\n      - name: a\n        count: 2\n';
  const { locate } = loadAnswers([{ name: 'a.yaml', text }], context);
  expect(locate('clusters.0.groups.0.count')).toEqual({ file: 'a.yaml', line: 6, column: 16 });
  expect(locate('clusters.0.groups.0.memory')).toEqual({ file: 'a.yaml', line: 5, column: 9 });
  expect(locate('clusters.0')).toEqual({ file: 'a.yaml', line: 3, column: 5 });
  expect(locate('clusters.1')).toBeUndefined();
});
