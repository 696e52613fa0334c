import { beforeEach, expect, test } from 'vitest';
import { ApiError } from '../../src/errors.ts';
import type { Json } from '../../src/plan/step.ts';
import type { StepContext } from '../../src/plan/verb.ts';
import { unmapDirectory } from '../../src/steps/unmap-directory.ts';
import { emptyFacts } from '../run/world.ts';

/** The verb against an API that is one mapping. */
type Mapping = { map: string[]; description?: string };
let mapping: Mapping | undefined;
let notes: Json[];

const OURS = { map: ['node=pve1,path=/srv/data'], description: 'proxwright: cluster=edge' };
const args = { id: 'data', description: OURS.description };

beforeEach(() => {
  mapping = { ...OURS };
  notes = [];
});

function context(): StepContext {
  return {
    facts: emptyFacts,
    attempt: { notes, upids: [], since: 0 },
    note: async (data: Json) => void notes.push(data),
    pve: {
      async get() {
        if (!mapping)
          throw new ApiError("mapping 'data' not found", { status: 500, method: 'GET', path: '' });
        return mapping;
      },
      async delete() {
        mapping = undefined;
      },
      async post(_: string, { map, description }: Mapping) {
        mapping = { map, ...(description === undefined ? {} : { description }) };
      },
    },
  } as unknown as StepContext;
}

test('ours goes, and comes back as it was', async () => {
  const receipt = await unmapDirectory.apply(args, context());
  expect(mapping).toBeUndefined();
  expect(await unmapDirectory.find?.(args, context())).toEqual(receipt);
  await unmapDirectory.undo?.(args, receipt, context());
  expect(mapping).toEqual(OURS);
});

test('what is gone already has nothing to bring back', async () => {
  mapping = undefined;
  const receipt = await unmapDirectory.apply(args, context());
  await unmapDirectory.undo?.(args, receipt, context());
  expect(mapping).toBeUndefined();
});

test('one that says otherwise by now is left alone', async () => {
  mapping = { ...OURS, description: 'ours now, says billing' };
  await expect(unmapDirectory.apply(args, context())).rejects.toMatchObject({
    message: 'directory mapping data is not the one that proxwright made',
    why: expect.stringContaining('"ours now, says billing"'),
  });
  expect(mapping).toBeDefined();
});

test('undo leaves one that somebody made meanwhile', async () => {
  const receipt = await unmapDirectory.apply(args, context());
  mapping = { map: ['node=pve2,path=/elsewhere'] };
  await unmapDirectory.undo?.(args, receipt, context());
  expect(mapping).toEqual({ map: ['node=pve2,path=/elsewhere'] });
});
