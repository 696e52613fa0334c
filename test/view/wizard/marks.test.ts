import { expect, test } from 'vitest';
import { wizardKey } from '../../../src/view/wizard/keys.ts';
import { alignedDetails } from '../../../src/view/wizard/pick-cells.ts';
import type { Question } from '../../../src/view/wizard/question.ts';
import { newWizard, type WizardState } from '../../../src/view/wizard/state.ts';
import { suggestedFile } from '../../../src/view/wizard/suggested-file.ts';

const nodes: Question = {
  key: 'nodes',
  label: 'Nodes',
  help: '',
  kind: 'many',
  required: true,
  advanced: false,
  default: ['all'],
  choices: [
    { value: 'all', label: 'all', alone: true },
    { value: 'pve1', label: 'pve1' },
    { value: 'pve2', label: 'pve2' },
  ],
};

/** `d` for down, a blank marks; the list begins anew below its end. */
function marksAfter(keys: string): readonly unknown[] | undefined {
  let state: WizardState = newWizard;
  for (const key of keys) {
    const press = key === 'd' ? ({ key: 'down', text: '' } as const) : ({ key: 'text', text: ' ' } as const);
    state = wizardKey(state, press, { questions: () => [nodes], check: () => [] }).state;
  }
  return state.drafts.nodes?.picked;
}

test.each([
  ['a node unmarks all', 'd ', ['pve1']],
  ['nodes go together', 'd d ', ['pve1', 'pve2']],
  ['all unmarks the nodes', 'd d d ', ['all']],
])('what stands for itself is never marked with others: %s', (_name, keys, picked) => {
  expect(marksAfter(keys)).toEqual(picked);
});

test('a sentence among details widens no column', () => {
  expect(alignedDetails(['every node', '62 GiB free  8 CPUs', '6 GiB free  16 CPUs'])).toEqual([
    'every node',
    '62 GiB free   8 CPUs',
    ' 6 GiB free  16 CPUs',
  ]);
});

test.each([
  ['edge', 'edge.yaml'],
  ['../etc', 'cluster.yaml'],
  ['.profile', 'cluster.yaml'],
  [undefined, 'cluster.yaml'],
])('answers of %s are saved as %s', (name, file) => {
  expect(suggestedFile('cluster', { name })).toBe(file);
});
