import { expect, test } from 'vitest';
import { prepare } from '../../src/commands/planning/prepare.ts';
import { parseFiles } from '../../src/commands/planning/read-answers.ts';
import { withRollWorld } from './roll-world.ts';

test('what a removal finds wrong in the answers has its place in them', async () => {
  await withRollWorld('tide', {}, async ({ env, target }) => {
    const text = 'version: 1\nkea: { nodes: [pve1, pve9] }\n';
    const { answers } = parseFiles([{ name: 'k.yaml', text }], env);
    const { plan } = await prepare(answers.jobs, { target, env, goal: 'destroy' });
    expect(plan.findings.map(({ path }) => path)).toEqual(['kea.nodes.1']);
  });
});
