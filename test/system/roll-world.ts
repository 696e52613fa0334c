import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Prepared, prepare } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { type RunOptions, runPlan } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { Env } from '../../src/env.ts';
import type { Outcome } from '../../src/run/execute.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import type { Target } from '../../src/target.ts';
import { envIn } from './environment.ts';

/** A sandbox with one cluster's answers, and an eye on how many of its guests are up. */
export interface RollWorld {
  home: string;
  stateDir: string;
  answersFile: string;
  target: Target;
  env: Env;
  options: RunOptions;
  /** Writes the answers, plans and applies them. */
  apply(answers: string): Promise<Outcome>;
  plan(answers: string): Promise<Prepared>;
  /** The cluster's guests as their configs and run files show them. */
  guests(): SeenGuest[];
  /** Everything of guests that are not of the cluster. */
  foreign(): Map<string, string>;
  /** Looks every few milliseconds, until the function that it returns is called for what was seen. */
  watch(): () => { fewestUp: number; most: number };
}

export interface SeenGuest {
  name: string;
  vmid: number;
  uid: string;
  spec: string;
  runs: boolean;
  /** Its agent answers. */
  isUp: boolean;
}

export async function withRollWorld(
  cluster: string,
  { faults = [], speed = 50 }: { faults?: FaultRule[]; speed?: number },
  work: (world: RollWorld) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-roll-'));
  mkdirSync(path.join(home, 'runs'));
  const answersFile = path.join(home, 'answers.yaml');
  const env = envIn(home);
  const stateDir = path.join(home, 'state/proxwright/sandbox');
  const server = await startEmbedded(stateDir, env, { speed, faults });
  const target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  const options = { target, env, emit: () => {}, signal: env.signal };
  const plan = (answers: string): Promise<Prepared> => {
    writeFileSync(answersFile, answers);
    return prepare(readAnswers([answersFile], env).answers.jobs, { target, env, goal: 'apply' });
  };
  // Somebody else's, in the middle of the ids that ours will take, and one that bears a name of ours.
  for (const [vmid, name] of [
    [104, 'mail'],
    [107, `${cluster}-g-4`],
  ] as const) {
    await target.pve.post('/nodes/pve1/qemu', { vmid, name, memory: 64 });
    const conf = path.join(stateDir, `etc/pve/nodes/pve1/qemu-server/${vmid}.conf`);
    while (!existsSync(conf)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const confs = (): { file: string; text: string; node: string; vmid: number }[] =>
    ['pve1', 'pve2', 'pve3'].flatMap((node) => {
      const folder = path.join(stateDir, 'etc/pve/nodes', node, 'qemu-server');
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((name) => /^\d+\.conf$/.test(name))
        .flatMap((name) => {
          const text = readIfThere(path.join(folder, name));
          return text === undefined
            ? []
            : [{ file: `${node}/${name}`, text, node, vmid: Number.parseInt(name, 10) }];
        });
    });
  const guests = (): SeenGuest[] =>
    confs().flatMap(({ text, node, vmid }) => {
      const line =
        /proxwright%3A cluster=(\S+) .*uid=(\S+) spec=(\S+)|proxwright: cluster=(\S+) .*uid=(\S+) spec=(\S+)/.exec(
          text,
        );
      const [of, uid = '', spec = ''] = line?.slice(line[1] ? 1 : 4) ?? [];
      if (of !== cluster) return [];
      const run = readIfThere(path.join(stateDir, 'nodes', node, 'run', `${vmid}.json`));
      const agentAt = run ? (JSON.parse(run) as { agentAt?: number }).agentAt : undefined;
      const isUp = agentAt !== undefined && agentAt <= Date.now();
      return [
        { name: /^name: (.*)$/m.exec(text)?.[1] ?? '', vmid, uid, spec, runs: run !== undefined, isUp },
      ];
    });
  const world: RollWorld = {
    home,
    stateDir,
    answersFile,
    target,
    env,
    options,
    plan,
    guests,
    async apply(answers) {
      const prepared = await plan(answers);
      return runPlan(prepared, prepared.facts, options);
    },
    foreign: () =>
      new Map(
        confs()
          .filter(({ vmid }) => vmid === 104 || vmid === 107)
          .map(({ file, text }) => [file, text]),
      ),
    watch() {
      let fewestUp = Number.POSITIVE_INFINITY;
      let most = 0;
      const look = (): void => {
        const seen = guests();
        fewestUp = Math.min(fewestUp, seen.filter(({ isUp }) => isUp).length);
        most = Math.max(most, seen.filter(({ runs }) => runs).length);
      };
      const timer = setInterval(look, 15);
      return () => {
        look();
        clearInterval(timer);
        return { fewestUp, most };
      };
    },
  };
  try {
    await work(world);
  } finally {
    await target.close();
    await server.close();
    rmSync(home, { recursive: true });
  }
}

/** A file may go between being listed and being read. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
