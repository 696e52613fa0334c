import { doctorTarget } from '../../src/commands/doctor/target.ts';
import { checks } from '../../src/doctor/all.ts';
import { hasMend, looksWell, mend } from '../../src/doctor/mend.ts';
import { type DoctorTarget, type Result, runDoctor } from '../../src/doctor/run.ts';
import type { Env } from '../../src/env.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { openTarget, type Target } from '../../src/target.ts';
import { Client } from '../sandbox/client.ts';

/** The doctor at a sandbox of its own. `local` checks look at its first node: this machine is nobody's business. */
export async function doctorAt(
  sandbox: Sandbox,
): Promise<{ target: Target; place: DoctorTarget; root: Client }> {
  const target = await openTarget(
    { kind: 'sandbox' },
    {
      env: {},
      home: '/nonexistent',
      cwd: '/',
      warn: () => {},
      sandbox: { stateDir: sandbox.stateDir, start: async () => ({ ...sandbox, close: async () => {} }) },
    },
  );
  const env = { variables: {}, machine: 'here', signal: new AbortController().signal } as unknown as Env;
  const place = await doctorTarget(target, env);
  const local = target.host(target.firstNode);
  if (!local) throw new Error('the sandbox gives hosts');
  return { target, place: { ...place, local }, root: await Client.root(sandbox) };
}

/** Warnings and failures, as `ID severity: node: message`. */
export function troubles(results: readonly Result[]): string[] {
  return results
    .filter(({ verdict }) => ['warn', 'fail'].includes(verdict.severity))
    .map(
      ({ check, node, verdict }) =>
        `${check.id} ${verdict.severity}: ${node ?? 'cluster'}: ${verdict.message}`,
    );
}

/** On a starved machine a pretend node is slow: what is under test here is not speed. */
export const PATIENCE = 20_000;

export async function examine(place: DoctorTarget): Promise<readonly Result[]> {
  return (await runDoctor(checks, place, { patience: PATIENCE })).results;
}

/** Mends all that can be; returns what did not go well. */
export async function mendEach(
  results: readonly Result[],
  target: Target,
  place: DoctorTarget,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const result of results.filter(hasMend)) {
    const edges = { pve: target.pve, host: (node: string) => target.host(node), stamp: 'test' };
    const done = await mend(result, edges, () => looksWell(result, place, { patience: PATIENCE }));
    if (done.status !== 'mended') wrong.push(`${result.check.id}: ${done.why}`);
  }
  return wrong;
}
