import { expect, test } from 'vitest';
import { joinPlans } from '../../src/plan/plan.ts';
import { planOf, step } from '../run/world.ts';

const steps = [step('pool'), step('configure', ['clone']), step('start', ['configure'])];

test('a plan with an error keeps what can stand, so that the error is what is seen', () => {
  const findings = [{ severity: 'error' as const, message: 'there is no template nope' }];
  const joined = joinPlans([{ ...planOf(steps), findings }]);
  expect(joined.steps.map(({ id }) => id)).toEqual(['pool']);
  expect(joined.findings).toEqual(findings);
});

test('a plan without an error is kept whole', () => {
  expect(joinPlans([planOf(steps)]).steps).toEqual(steps);
});
