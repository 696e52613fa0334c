import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepare } from '../src/commands/planning/prepare.ts';
import { readAnswers } from '../src/commands/planning/read-answers.ts';
import { runPlan } from '../src/commands/running/run-plan.ts';
import { startEmbedded } from '../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../src/commands/targets/open-target.ts';
import type { Env } from '../src/env.ts';
import { envIn } from '../test/system/environment.ts';
import { type Line, paired, timed } from './measure.ts';

const GUESTS = 10;

/** From answers to ten started guests whose tasks take as long as real ones: with the doctor's look before, and without. */
export async function preflight(): Promise<Line[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-bench-'));
  mkdirSync(path.join(home, 'runs'));
  const env = envIn(home);
  const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 1 });
  const target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  let clusters = 0;
  const apply = (skip?: readonly string[]): Promise<number> => {
    clusters += 1;
    return applied(`bench${clusters}`, { target, env, skip });
  };
  try {
    const { a, b, ratio } = await paired(
      3,
      () => apply([]),
      () => apply(),
    );
    return [
      {
        what: 'apply of 10 guests, with the doctor before / without',
        figures: `${a.toFixed(0)} ms / ${b.toFixed(0)} ms = ${ratio.toFixed(2)}`,
        budget: '≤ 1.15',
        kept: ratio <= 1.15,
      },
    ];
  } finally {
    await target.close();
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds. */
async function applied(
  name: string,
  { target, env, skip }: { target: OpenedTarget; env: Env; skip: readonly string[] | undefined },
): Promise<number> {
  const file = path.join(env.home, `${name}.yaml`);
  writeFileSync(
    file,
    `version: 1\nclusters: [{ name: ${name}, image: flatcar-stable, nodes: [pve1], wait: { address: false }, groups: [{ name: g, count: ${GUESTS}, memory: 256, networks: [{ bridge: vmbr0 }] }] }]\n`,
  );
  const { answers } = readAnswers([file], env);
  return timed(async () => {
    const prepared = await prepare(answers.jobs, { target, env, goal: 'apply', ...(skip ? { skip } : {}) });
    const options = { target, env, emit: () => {}, signal: env.signal };
    const { status } = await runPlan(prepared, prepared.facts, options);
    if (status !== 'ok') throw new Error('the run failed');
  });
}
