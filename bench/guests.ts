import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../src/plan/plan.ts';
import { Secret } from '../src/plan/secret.ts';
import type { Step } from '../src/plan/step.ts';
import { passwordAuth } from '../src/pve/auth.ts';
import { createPve } from '../src/pve/client.ts';
import { systemClock } from '../src/pve/clock.ts';
import { apiPath, type Pve } from '../src/pve/pve.ts';
import { waitForTask } from '../src/pve/tasks.ts';
import { isTransient } from '../src/pve/transient.ts';
import { execute } from '../src/run/execute.ts';
import { createJournal } from '../src/run/journal.ts';
import { startSandbox } from '../src/sandbox/server.ts';
import { verbs } from '../src/steps/all.ts';
import { emptyFacts, headOf } from '../test/run/world.ts';
import { type Line, paired, timed } from './measure.ts';

const NODE = 'pve1';
const TEMPLATE = 9000;
const GUESTS = 10;

/**
 * Ten linked clones with their options on one node whose tasks take as long as real ones: our engine with its
 * journal, against the fewest possible API calls, four guests at once.
 */
export async function guests(): Promise<Line[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-bench-'));
  const sandbox = await startSandbox({ stateDir: path.join(folder, 'sandbox'), speed: 1 });
  const endpoint = { host: '127.0.0.1', port: sandbox.port, fingerprint: sandbox.fingerprint };
  const auth = passwordAuth('root@pam', new Secret('sandbox'), systemClock.now);
  const pve = createPve({ endpoint: async () => endpoint, auth });
  let next = 1000;
  const ids = (): number => {
    next += 100;
    return next;
  };
  try {
    await task(
      pve,
      await pve.post<string>(`/nodes/${NODE}/qemu`, {
        vmid: TEMPLATE,
        scsi0: 'local-lvm:1',
        name: 'template',
      }),
    );
    await task(pve, await pve.post<string>(`/nodes/${NODE}/qemu/${TEMPLATE}/template`));
    const ours = (): Promise<number> => timed(() => byEngine(pve, folder, ids()));
    const fewest = (): Promise<number> => timed(() => byHand(pve, ids()));
    const { a, b, ratio } = await paired(5, ours, fewest);
    const figures = `${a.toFixed(0)} ms / ${b.toFixed(0)} ms = ${ratio.toFixed(2)}`;
    return [
      { what: '10 guests / the fewest possible API calls', figures, budget: '≤ 1.15', kept: ratio <= 1.15 },
    ];
  } finally {
    await pve.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = { cores: 2, memory: 1024, net0: 'virtio,bridge=vmbr0', tags: 'proxwright' };

async function byHand(pve: Pve, first: number): Promise<void> {
  const ids = Array.from({ length: GUESTS }, (_, at) => first + at);
  const worker = async (): Promise<void> => {
    for (let vmid = ids.shift(); vmid !== undefined; vmid = ids.shift()) {
      const newid = { newid: vmid, name: `guest-${vmid}`, description: 'x' };
      await task(pve, await pve.post<string>(apiPath`/nodes/${NODE}/qemu/${TEMPLATE}/clone`, newid));
      await pve.put(apiPath`/nodes/${NODE}/qemu/${vmid}/config`, options);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function byEngine(pve: Pve, folder: string, first: number): Promise<void> {
  const template = { name: 'template', vmid: TEMPLATE, node: NODE, uid: '', step: '' };
  const steps = Array.from({ length: GUESTS }, (_, at): Step[] => {
    const name = `guest-${first + at}`;
    const guest = { name, vmid: first + at, node: NODE, uid: name, step: `clone ${name}` };
    const uses = { node: NODE };
    return [
      {
        id: guest.step,
        title: '',
        verb: 'clone-guest',
        args: { template, guest, description: `proxwright: uid=${name} spec=0`, full: false, fixedId: false },
        needs: [],
        uses,
      },
      {
        id: `configure ${name}`,
        title: '',
        verb: 'configure-guest',
        args: { guest, set: options, clear: [], isNew: true },
        needs: [guest.step],
        uses,
      },
    ];
  }).flat();
  const plan: Plan = { title: 'bench', workflow: 'bench', locks: [], steps, findings: [], guests: [] };
  const run = `BENCH${first}`;
  const journal = await createJournal(folder, headOf(run, plan));
  const outcome = await execute(plan, {
    run,
    mode: 'apply',
    verbs,
    journal,
    place: {
      facts: emptyFacts,
      pve,
      host: () => undefined,
      isTransient,
      clock: { ...systemClock, random: Math.random },
      waitForTask: (upid) => task(pve, upid),
    },
    process: { pid: 0, machine: '' },
    emit: () => {},
    signal: new AbortController().signal,
  });
  await journal.close();
  if (outcome.status !== 'ok') throw new Error('the run failed');
}

async function task(pve: Pve, upid: string): Promise<void> {
  await waitForTask(pve, upid, {
    sleep: (milliseconds) => systemClock.sleep(milliseconds),
    now: systemClock.now,
  });
}
