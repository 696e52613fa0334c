import type { Job } from '../../answers/load.ts';
import { readAsset } from '../../assets.ts';
import type { Env } from '../../env.ts';
import type { HereFacts } from '../../facts/facts.ts';
import type { LocalMachine } from '../../maas-image/edges.ts';
import { lookAtPlace } from '../../maas-image/place.ts';
import { imageEdgesHere } from '../../maas-image/this-machine.ts';
import { workflowById } from '../../workflows/all.ts';
import type { Places } from '../../workflows/workflow.ts';
import { fileBeside } from './read-answers.ts';

/** The machine that this process runs on, for what is done there and on no node. */
export function machineHere(env: Env): LocalMachine {
  const { signal, variables, uid, cwd, temporary, sendSignal } = env;
  const asset = (name: string): string => readAsset(`maas-image/${name}`);
  return imageEdgesHere({ variables, sendSignal, asset, signal, uid, cwd, temporary });
}

/** A job whose answers have the full names of files on this machine. */
export function placedJob(job: Job, env: Env): Job {
  const { placed } = workflowById(job.workflow);
  return placed ? { ...job, answers: placed(job.answers, placesOf(job.file, env)) } : job;
}

export function placesOf(file: string, env: Pick<Env, 'cwd' | 'home'>): Places {
  return {
    beside: (name) => fileBeside(name, file, env),
    here: (name) => fileBeside(name, '', env),
  };
}

/** What the jobs' images are to be built on; undefined where no job builds one. */
export async function lookHere(jobs: readonly Job[], env: Env): Promise<HereFacts | undefined> {
  const specs = jobs.flatMap(({ workflow, answers }) => workflowById(workflow).builds?.(answers) ?? []);
  if (specs.length === 0) return undefined;
  const edges = { ...machineHere(env), progress: () => {} };
  return {
    machine: env.machine,
    images: await Promise.all(specs.map((spec) => lookAtPlace(spec, edges))),
  };
}
