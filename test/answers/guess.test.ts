import { expect, test } from 'vitest';
import { guess } from '../../src/answers/guess.ts';

const known = ['name', 'count', 'cores', 'memory', 'butane_snippets', 'vmid'];
const also = new Map([['cores', ['cpus', 'vcpus']]]);

test.each([
  ['nmae', 'name'],
  ['Name', 'name'],
  ['counts', 'count'],
  ['cuont', 'count'],
  ['butane-snippets', 'butane_snippets'],
  ['butaneSnippets', 'butane_snippets'],
  ['butane_snipets', 'butane_snippets'],
  ['vm_id', 'vmid'],
  ['VCPUs', 'cores'],
  ['bridge', undefined],
  ['x', undefined],
  ['', undefined],
])('%s: %s', (word, meant) => {
  expect(guess(word, known, also)).toBe(meant);
});
