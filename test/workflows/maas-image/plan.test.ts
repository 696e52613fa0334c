import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAnswers } from '../../../src/answers/load.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import type { ImagePlace } from '../../../src/maas-image/place.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { serializePlan } from '../../../src/plan/serialize.ts';
import { verbs } from '../../../src/steps/all.ts';
import type { MaasImageAnswers } from '../../../src/workflows/maas-image/answers.ts';
import { destroyImage } from '../../../src/workflows/maas-image/plan.ts';
import { maasImage } from '../../../src/workflows/maas-image/workflow.ts';
import type { Workflow } from '../../../src/workflows/workflow.ts';
import { emptyFacts } from '../../run/world.ts';

/** NAME.yaml and NAME.place.json (what is on this machine) become NAME.plan.json. */
const folder = path.resolve(import.meta.dirname, '../../../src/workflows/maas-image/examples');
const names = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

test.each(names)('%s', (name) => {
  expect(serializePlan(planned(name)).plan).toEqual(JSON.parse(read(`${name}.plan.json`)));
});

describe('a check of the steps', () => {
  test.each([
    ['proxmox', [true, true]],
    ['other-recipe', [true, true]],
    ['again', [false, false]],
  ])('%s', (name, needed) => {
    const facts = factsOf(name);
    expect(planned(name).steps.map(({ verb, args }) => verbs.get(verb)?.check(args, facts).needed)).toEqual(
      needed,
    );
  });
});

test('an image whose times were not cut is built again where that is asked for', () => {
  const facts = factsOf('again');
  const [place] = facts.here?.images ?? [];
  const asked = { ...facts, here: { machine: 'builder', images: [{ ...place!, epoch: 1_700_000_000 }] } };
  const [build] = planned('again').steps;
  expect(verbs.get('build-image')?.check(build?.args ?? {}, asked).needed).toBe(true);
});

test('destroy removes what is ours alone', () => {
  const needed = (name: string): (boolean | undefined)[] => {
    const facts = factsOf(name);
    const { steps } = destroyImage(answersOf(name), facts);
    return steps.map(({ verb, args }) => verbs.get(verb)?.check(args, facts).needed);
  };
  expect(needed('again')).toEqual([true]);
  expect(needed('proxmox')).toEqual([false]);
  expect(needed('not-ours')).toEqual([false]);
});

test('what a plan shows of its commands holds no secret', () => {
  const plan = planned('secrets');
  const shown = plan.steps.map(({ verb, args }) => verbs.get(verb)?.calls(args, emptyFacts));
  expect(JSON.stringify([shown, serializePlan(plan).plan])).not.toMatch(/word@|\$6\$/);
});

function planned(name: string): Plan {
  return maasImage.plan(answersOf(name), factsOf(name), { path: 'maas_image' } as never);
}

function answersOf(name: string): MaasImageAnswers {
  const { answers, issues } = loadAnswers([{ name: `${name}.yaml`, text: read(`${name}.yaml`) }], {
    workflows: [maasImage as unknown as Workflow],
    env: {},
    readFile: () => '',
  });
  const [job] = answers?.jobs ?? [];
  if (!job) throw new Error(JSON.stringify(issues));
  const places = {
    beside: (file: string) => path.resolve('/answers', file),
    here: (file: string) => path.resolve('/images', file),
  };
  return maasImage.placed?.(job.answers as MaasImageAnswers, places) as MaasImageAnswers;
}

function factsOf(name: string): Facts {
  return {
    ...emptyFacts,
    here: { machine: 'builder', images: [JSON.parse(read(`${name}.place.json`)) as ImagePlace] },
  };
}

function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}
