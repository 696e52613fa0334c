import { checks } from '../../doctor/all.ts';
import { capabilitiesOf } from '../../doctor/capabilities.ts';
import type { AnyCheck } from '../../doctor/check.ts';
import { changeLines, hasMend, isWell, looksAgain, type Mended, mend } from '../../doctor/mend.ts';
import { type DoctorTarget, type Job, jobsOf, type Result, runDoctor } from '../../doctor/run.ts';
import type { Env } from '../../env.ts';
import type { Target } from '../../target.ts';
import type { DoctorItem, DoctorJob, DoctorSession } from '../../view/doctor/session.ts';
import { mendEdges } from '../doctor/fix.ts';
import { doctorTarget } from '../doctor/target.ts';

/** Milliseconds for a read: what was just started anew answers late, and taking back a fix for that would be a pity. */
const AFTER_MENDING = 10_000;

export interface SessionDoctor extends DoctorSession {
  /** Waits for a mending that is begun: half of a change is worse than a moment. */
  close(): Promise<void>;
}

/** The doctor for the terminal UI: what it found is kept, so that it can be mended by name. */
export function sessionDoctor(
  env: Env,
  { opened, changed }: { opened: () => Promise<Target>; changed: () => void },
): SessionDoctor {
  /** Job → what was said the last time. */
  const said = new Map<string, readonly Result[]>();
  let place: DoctorTarget | undefined;
  let mending: Promise<void> = Promise.resolve();
  const closing = new AbortController();

  return {
    async look({ only, onEvent, signal }) {
      const began = performance.now();
      const target = await opened();
      const here = await doctorTarget(target, env);
      place = here;
      const chosen = only ? checks.filter(({ id }) => only.includes(id)) : checks;
      const jobs = jobsOf(chosen, here);
      if (!only) said.clear();
      if (signal.aborted) return;
      onEvent({
        type: 'look-began',
        nodes: here.nodes.filter(({ online }) => online).map(({ name }) => name),
        jobs: jobs.map(jobFor),
      });
      await runDoctor(chosen, here, {
        signal: AbortSignal.any([signal, env.signal, closing.signal]),
        onSpoken(job, results) {
          // What is said because it was broken off is no finding.
          if (signal.aborted) return;
          const key = keyOf(job);
          said.set(key, results);
          onEvent({ type: 'spoke', job: key, items: itemsOf(key, results, here) });
        },
      });
      if (signal.aborted) return;
      const capabilities = capabilitiesOf([...said.values()].flat());
      onEvent({ type: 'look-ended', took: performance.now() - began, capabilities });
    },
    mend(refs, { onEvent, signal }) {
      mending = mendEach(refs, { onEvent, signal });
      return mending;
    },
    async close() {
      closing.abort();
      await mending.catch(() => undefined);
    },
  };

  async function mendEach(
    refs: readonly string[],
    { onEvent, signal }: Parameters<DoctorSession['mend']>[1],
  ): Promise<void> {
    const target = await opened();
    const here = place ?? (await doctorTarget(target, env));
    let some = false;
    // Before the first: what is said after it has other places.
    const wanted = refs.map((ref) => {
      const key = ref.slice(0, ref.lastIndexOf(' '));
      return { ref, key, result: said.get(key)?.[Number(ref.slice(key.length + 1))] };
    });
    for (const { ref, key, result } of wanted) {
      if (signal.aborted || closing.signal.aborted) return;
      if (!result || !hasMend(result)) continue;
      onEvent({ type: 'mend-began', ref });
      let now: readonly Result[] = [];
      const again = async (): Promise<boolean> => {
        now = await looksAgain(result, here, { patience: AFTER_MENDING });
        return isWell(result, now);
      };
      const outcome = some && (await again()) ? ({ status: 'well' } as const) : await mended(result, again);
      some = true;
      changed();
      onEvent({ type: 'mend-ended', ref, outcome });
      if (outcome.status !== 'failed') {
        said.set(key, now);
        onEvent({ type: 'spoke', job: key, items: itemsOf(key, now, here) });
      }
    }

    function mended(result: Parameters<typeof mend>[0], again: () => Promise<boolean>): Promise<Mended> {
      return mend(result, mendEdges(target), again);
    }
  }
}

function keyOf({ check, node }: Job): string {
  return `${check.id} ${node}`;
}

function jobFor(job: Job): DoctorJob {
  const { id, group, title } = job.check;
  return { key: keyOf(job), id, group, title };
}

function itemsOf(job: string, results: readonly Result[], { firstNode }: DoctorTarget): DoctorItem[] {
  return results.map((result, at): DoctorItem => {
    const { check, node, verdict, seen } = result;
    const { id, group, title, why, looksAt, url } = check satisfies AnyCheck;
    return {
      ...{ ref: `${job} ${at}`, id, group, title, why, looksAt, node, seen },
      severity: verdict.severity,
      message: verdict.message,
      ...(verdict.fix ? { fix: verdict.fix } : {}),
      ...(url ? { url } : {}),
      ...(hasMend(result) ? { changes: changeLines(result.verdict.mend, node ?? firstNode) } : {}),
    };
  });
}
