import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAnswers } from '../../src/answers/load.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { workflows } from '../../src/workflows/all.ts';
import type { KeaAnswers } from '../../src/workflows/kea/answers.ts';
import { planKea } from '../../src/workflows/kea/plan.ts';
import { read as readCluster } from './examples.ts';

/** The kea workflow's examples: NAME.yaml and what NAME.facts.json puts over the lab's facts. */
const folder = path.resolve(import.meta.dirname, '../../src/workflows/kea/examples');

export const keaExamples = readdirSync(folder).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? []);

export function keaFacts(name: string): Facts {
  const own = `${name}.facts.json`;
  return {
    ...readCluster<Facts>('lab.facts.json'),
    ...readKea<Partial<Facts>>('lab.facts.json'),
    ...(existsSync(path.join(folder, own)) ? readKea<Partial<Facts>>(own) : {}),
  };
}

export function keaPlan(name: string, facts: Facts): Plan {
  const text = readFileSync(path.join(folder, `${name}.yaml`), 'utf8');
  const { answers, issues } = loadAnswers([{ name: `${name}.yaml`, text }], {
    workflows,
    env: {},
    readFile: () => '',
  });
  const job = answers?.jobs[0];
  if (!job) throw new Error(JSON.stringify(issues));
  return planKea(job.answers as KeaAnswers, facts, job);
}

export function readKea<Value>(file: string): Value {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Value;
}
