import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { doctorTarget } from '../src/commands/doctor/target.ts';
import { checks } from '../src/doctor/all.ts';
import { type DoctorTarget, runDoctor } from '../src/doctor/run.ts';
import type { Env } from '../src/env.ts';
import type { Host } from '../src/hosts/host.ts';
import { startSandbox } from '../src/sandbox/server.ts';
import { openTarget } from '../src/target.ts';
import { type Line, median, timed } from './measure.ts';

/** What one command on a node costs by ssh, and the slowest one of all; milliseconds. */
const LATENCY = 20;
const SLOWEST = 1000;

/** All checks on three healthy nodes; and how little they wait for one another. */
export async function doctor(): Promise<Line[]> {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'proxwright-bench-'));
  const sandbox = await startSandbox({ stateDir });
  const target = await openTarget(
    { kind: 'sandbox' },
    {
      env: {},
      home: stateDir,
      cwd: stateDir,
      warn: () => {},
      sandbox: { stateDir, start: async () => ({ ...sandbox, close: async () => {} }) },
    },
  );
  try {
    const env = { variables: {}, machine: 'here', signal: new AbortController().signal } as unknown as Env;
    const place = await doctorTarget(target, env);
    const local = place.host(place.firstNode);
    if (!local) throw new Error('the sandbox gives hosts');
    const here = { ...place, local };
    const all = await timesOf(here, 5);
    const slow = await timesOf(slowed(here), 3);
    const ratio = slow / SLOWEST;
    return [
      {
        what: `doctor, all ${checks.length} checks on 3 nodes`,
        figures: `${all.toFixed(0)} ms`,
        budget: '< 2 s',
        kept: all < 2000,
      },
      {
        what: 'doctor / its slowest command',
        figures: `${slow.toFixed(0)} ms / ${SLOWEST} ms = ${ratio.toFixed(2)}`,
        budget: '≤ 1.5',
        kept: ratio <= 1.5,
      },
    ];
  } finally {
    await target.close();
    await sandbox.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** Milliseconds, the median. */
async function timesOf(place: DoctorTarget, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await timed(() => runDoctor(checks, place)));
  return median(times);
}

/** Nodes as far away as real ones, with one command that takes long. */
function slowed(place: DoctorTarget): DoctorTarget {
  const slow = (host: Host): Host => ({
    ...host,
    async run(argv, options) {
      await sleep(argv[0] === 'dpkg' ? SLOWEST : LATENCY);
      return host.run(argv, options);
    },
    async read(file) {
      await sleep(LATENCY);
      return host.read(file);
    },
  });
  return {
    ...place,
    local: slow(place.local),
    host: (node) => {
      const host = place.host(node);
      return host && slow(host);
    },
  };
}
