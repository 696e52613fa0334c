import { ulid } from 'ulid';
import { type Env, stateFolder } from '../../env.ts';
import { RunError, UsageError } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import { parsePlan, serializePlan } from '../../plan/serialize.ts';
import { agentAddress } from '../../pve/guest-address.ts';
import { waitForTask } from '../../pve/tasks.ts';
import { isTransient } from '../../pve/transient.ts';
import type { Workplace } from '../../run/context.ts';
import type { Emit } from '../../run/events.ts';
import { execute, type Outcome } from '../../run/execute.ts';
import { createJournal, readJournal, reopenJournal } from '../../run/journal.ts';
import { localLocks } from '../../run/local-locks.ts';
import { acquireLock, hostLocks } from '../../run/locks.ts';
import { type RunRecord, recordOf } from '../../run/record.ts';
import { undo } from '../../run/undo.ts';
import { createVault, openVault } from '../../run/vault.ts';
import { verbs } from '../../steps/all.ts';
import type { PlannedRun } from '../../view/session.ts';
import { systemClock } from '../clock.ts';
import { withKea } from '../planning/kea-facts.ts';
import { machineHere } from '../planning/machine-here.ts';
import { factsOf } from '../planning/prepare.ts';
import { installation } from '../planning/seed.ts';
import type { OpenedTarget } from '../targets/open-target.ts';
import { refuseChanged } from './refuse-changed.ts';
import { runsFolder } from './runs-folder.ts';

export interface RunOptions {
  target: OpenedTarget;
  env: Env;
  emit: Emit;
  signal: AbortSignal;
}

/** Carries out a plan, or only its checks. A run that has nothing to do leaves no journal. */
export async function runPlan(
  { plan, steps }: PlannedRun,
  facts: Facts,
  {
    target,
    env,
    emit,
    signal,
    dryRun,
    newJournal = createJournal,
  }: RunOptions & {
    dryRun?: boolean;
    newJournal?: typeof createJournal;
  },
): Promise<Outcome & { run: string }> {
  const run = ulid();
  const common = { run, verbs, place: workplace(facts, target, env), process: processOf(env), emit, signal };
  if (dryRun) return { run, ...(await execute(plan, { ...common, mode: 'dry' })) };
  if (!steps.some((step) => step.needed))
    return { run, ...(await execute(plan, { ...common, mode: 'apply' })) };
  const release = await takeLocks(plan.locks, run, { target, env });
  try {
    await refuseChanged(plan, facts, target.pve);
    const folder = runsFolder(env);
    const { plan: json, secrets } = serializePlan(plan);
    const vault = await createVault(folder, run, secrets);
    const journal = await newJournal(folder, {
      type: 'journal',
      format: 1,
      run,
      workflow: plan.workflow,
      label: target.label,
      started: systemClock.now(),
      process: processOf(env),
      target: target.reference,
      plan: json,
    }).catch(async (error: unknown) => {
      await vault.remove();
      throw error;
    });
    try {
      return { run, ...(await execute(plan, { ...common, mode: 'apply', journal, vault })) };
    } finally {
      await journal.close();
    }
  } finally {
    await release();
  }
}

/** Goes on with a run that was cut off, failed or was cancelled. */
export async function resumeRun(run: string, options: RunOptions): Promise<Outcome & { run: string }> {
  return continued(run, options, ({ past, plan, common }) => {
    if (past.undone) throw new RunError(`run ${run} was taken back`, { fix: 'apply its answers again' });
    if (past.status === 'ok')
      throw new RunError(`run ${run} has come to its end, there is nothing to go on with`);
    return execute(plan({ masked: false }), { ...common, mode: 'resume', past });
  });
}

/** Takes back what a run made. */
export async function undoRun(run: string, options: RunOptions): Promise<Outcome & { run: string }> {
  return continued(run, options, ({ past, plan, common }) => {
    if (past.undone) throw new RunError(`run ${run} was taken back already`);
    return undo(plan({ masked: past.endedWell }), { ...common, past });
  });
}

interface Continued {
  past: RunRecord;
  plan(how: { masked: boolean }): Plan;
  common: Omit<Parameters<typeof execute>[1], 'mode' | 'past'>;
}

/** What was done is read behind the lock: until then another process may be at it. */
async function continued(
  run: string,
  { target, env, emit, signal }: RunOptions,
  work: (given: Continued) => Promise<Outcome>,
): Promise<Outcome & { run: string }> {
  const folder = runsFolder(env);
  const { head } = await readJournal(folder, run);
  if (head.label !== target.label) {
    throw new UsageError(`run ${run} was made on ${head.label}, not on ${target.label}`, {
      fix: `leave --target out: proxwright runs show ${run}`,
    });
  }
  const { locks } = head.plan as unknown as Pick<Plan, 'locks'>;
  const release = await takeLocks(locks, run, { target, env });
  try {
    const past = recordOf(await readJournal(folder, run));
    const vault = await openVault(folder, run);
    const facts = await withKea(await factsOf(target, env), head.workflow.split(','), { target, env });
    const place = workplace(facts, target, env);
    const journal = await reopenJournal(folder, run);
    const common = { run, verbs, place, journal, vault, process: processOf(env), emit, signal };
    const plan: Continued['plan'] = (how) => parsePlan(head.plan, vault.secrets, how);
    try {
      return { run, ...(await work({ past, plan, common })) };
    } finally {
      await journal.close();
    }
  } finally {
    await release();
  }
}

function workplace(facts: Facts, target: OpenedTarget, env: Env): Workplace {
  const clock = systemClock;
  return {
    facts,
    pve: target.pve,
    host: (node) => target.host(node),
    machine: machineHere(env),
    clock,
    isTransient,
    addressOf: (guest, signal) => agentAddress(target.pve, guest, { signal }),
    async waitForTask(upid, { signal, onProgress, onLog }) {
      const sleep = (milliseconds: number): Promise<void> => clock.sleep(milliseconds, signal);
      await waitForTask(target.pve, upid, { signal, sleep, now: clock.now, onProgress, onLog });
    },
  };
}

function processOf(env: Env): { pid: number; machine: string } {
  return { pid: env.pid, machine: env.machine };
}

/** All locks of a plan, in one order for everybody, so that two runs never wait for each other. */
async function takeLocks(
  names: readonly string[],
  run: string,
  { target, env }: { target: OpenedTarget; env: Env },
): Promise<() => Promise<void>> {
  const host = target.facts.hasHost ? target.host(target.firstNode) : undefined;
  const place = host ? hostLocks(host, env.isAlive) : localLocks(`${stateFolder(env)}/locks`, env.isAlive);
  const mark = await installation(stateFolder(env));
  const owner = { run, user: env.user, machine: env.machine, installation: mark, pid: env.pid };
  const { now, sleep, every } = systemClock;
  const held: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    // A lock that cannot be given back runs out by itself; how the run ended matters more.
    for (const give of held.splice(0).reverse()) await give().catch(() => undefined);
  };
  try {
    for (const name of [...names].sort())
      held.push(await acquireLock(name, { place, owner, now, sleep, every }));
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}
