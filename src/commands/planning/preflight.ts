import type { Job } from '../../answers/load.ts';
import type { CommandLine } from '../../cli.ts';
import { checks } from '../../doctor/all.ts';
import { preflightFindings } from '../../doctor/preflight.ts';
import { runDoctor } from '../../doctor/run.ts';
import { idsOf, selectChecks } from '../../doctor/select.ts';
import type { Env } from '../../env.ts';
import { TargetError } from '../../errors.ts';
import type { Finding } from '../../plan/step.ts';
import type { Target } from '../../target.ts';
import type { PlannedRun } from '../../view/session.ts';
import { doctorTarget } from '../doctor/target.ts';
import { wantedSections } from './wanted-sections.ts';

/** Once the plan is there the doctor gets this much longer, in milliseconds; what is not seen by then is told. */
const PATIENCE = 3_000;

export interface RunningPreflight {
  /** What it found, for this plan. Waits for it; empty where there is nothing to do, since nothing can go wrong. */
  findings(planned: PlannedRun): Promise<readonly Finding[]>;
  /** Ends it, and comes back when it asks no more. */
  stop(): Promise<void>;
}

/**
 * Begins to look at what these answers need, the same as `doctor --for FILE`, beside whatever else is done
 * until its findings are wanted. Throws UsageError for an id to skip that no check has.
 */
export function startPreflight(
  jobs: readonly Job[],
  { target, env, skip }: { target: Target; env: Env; skip: readonly string[] },
): RunningPreflight {
  const wants = wantedSections(jobs);
  const chosen = selectChecks(checks, { skip, wants }).filter(({ gate }) => gate !== 'makes');
  const ending = new AbortController();
  const signal = AbortSignal.any([env.signal, ending.signal]);
  const looking = doctorTarget(target, { ...env, signal }).then(async (place) => ({
    place,
    results: (await runDoctor(chosen, place, { wants, signal })).results,
  }));
  // A target that does not answer at all is told by whoever reads its facts.
  const looked = looking.catch(() => undefined);
  return {
    async findings({ plan, steps }) {
      if (!steps.some(({ needed }) => needed)) return [];
      const late = setTimeout(() => ending.abort(), PATIENCE);
      const seen = await looked.finally(() => clearTimeout(late));
      if (!seen) return [];
      const online = seen.place.nodes.filter((node) => node.online).map(({ name }) => name);
      const touched = new Set(plan.steps.flatMap(({ uses }) => uses.node ?? []));
      return preflightFindings(seen.results, { online, touched });
    },
    async stop() {
      ending.abort();
      await looked;
    },
  };
}

/** Ids of `--skip`. */
export function skippedIds({ skip }: Readonly<Record<string, string>>): string[] {
  return idsOf(skip) ?? [];
}

/** Says what the doctor holds against a plan, and throws TargetError with the way to go on regardless. */
export function refuseIll({ plan }: PlannedRun, { line, env }: { line: CommandLine; env: Env }): void {
  const ill = plan.findings.filter((finding) => finding.severity === 'error' && finding.check !== undefined);
  if (ill.length === 0) return;
  for (const { message, fix } of ill) {
    env.stderr.write(`${message}\n`);
    if (fix) env.stderr.write(`  → ${fix}\n`);
  }
  const ids = [...new Set(ill.map(({ check }) => check))].join(',');
  const skip = [...skippedIds(line.values), ids].join(',');
  const where = line.values.target === undefined ? '' : ` --target ${line.values.target}`;
  throw new TargetError('nothing was changed: the doctor found what would make this fail', {
    why: ids.replaceAll(',', ', '),
    fix: `mend it: proxwright doctor --only ${ids} --fix${where}; or go on regardless: proxwright apply ${line.operands.join(' ')} --skip ${skip}${where}`,
  });
}
