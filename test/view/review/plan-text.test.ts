import { expect, test } from 'vitest';
import { Secret } from '../../../src/plan/secret.ts';
import { planText } from '../../../src/view/review/plan-text.ts';
import type { PlannedRun } from '../../../src/view/session.ts';
import { casesIn } from '../cases.ts';

interface PlanCase {
  ascii?: boolean;
  verbose?: boolean;
  width?: number;
  planned: PlannedRun;
}

test.each(casesIn('plan-text'))('$name', ({ given, expected }) => {
  const { ascii = false, verbose = false, width = 80, planned } = given as PlanCase;
  expect(`${planText(planned, { ascii, verbose, width }).join('\n')}\n`).toBe(expected);
});

test('secrets in calls print as what may be shown of them', () => {
  const planned: PlannedRun = {
    plan: { title: 'x', workflow: 'vm', locks: [], steps: [], findings: [], guests: [] },
    steps: [
      {
        id: 'a',
        title: 'a',
        needed: true,
        calls: [
          {
            method: 'POST',
            path: '/access/ticket',
            params: { password: new Secret('hunter2'), list: [new Secret('hunter2')] },
          },
          { node: 'pve1', file: '/x', mode: '0600', content: new Secret('key: hunter2', 'key: ***') },
        ],
      },
    ],
  };
  const text = planText(planned, { ascii: false, verbose: true, width: 80 }).join('\n');
  expect(text).not.toContain('hunter2');
  expect(text).toContain('key: ***');
});
