import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import { verbs } from '../../src/steps/all.ts';
import { exampleNames, factsOf, planOf, read } from './examples.ts';

describe('answers and facts make this plan', () => {
  test.each(exampleNames)('%s', (name) => {
    const plan = planOf(name, factsOf(name));
    const { steps, ...rest } = serializePlan(plan).plan as unknown as Plan;
    const text = `${JSON.stringify({ ...rest, steps }, null, 1)}\n`;
    expect(text).not.toMatch(/very-secret|rounds=4096/);
    expect(JSON.parse(text)).toEqual(read(`${name}.plan.json`));
  });

  test('equal input, equal plan', () => {
    const one = serializePlan(planOf('three-servers', factsOf('three-servers')));
    expect(serializePlan(planOf('three-servers', factsOf('three-servers')))).toEqual(one);
  });

  test('after the plan is carried out there is nothing left to do', () => {
    const facts = factsOf('again');
    const plan = planOf('again', facts);
    const left = plan.steps.filter((step) => verbs.get(step.verb)?.check(step.args, facts).needed);
    expect(left.map((step) => step.id)).toEqual([]);
  });
});
