import type { Facts } from '../../facts/facts.ts';
import type { Host } from '../../hosts/host.ts';
import type { FileCall } from '../../plan/step.ts';
import type { PlannedRun, PlannedStep } from '../../view/session.ts';
import { shownIgnition } from '../../workflows/cluster/groups/ignition-config.ts';

/** Puts beside each file that is to be rewritten what it holds now, so that a plan can show the difference. */
export async function withFileDiffs(
  planned: PlannedRun,
  { facts, host }: { facts: Facts; host(node: string): Host | undefined },
): Promise<PlannedRun> {
  const known = new Set(facts.snippets.map(({ node, path }) => `${node}:${path}`));
  const steps = await Promise.all(
    planned.steps.map(async (step): Promise<PlannedStep> => {
      const [call] = step.calls;
      if (!step.needed || !call || !('file' in call) || !known.has(`${call.node}:${call.file}`)) return step;
      const was = await currentContent(call, host(call.node));
      return was === undefined ? step : { ...step, calls: [{ ...call, was }] };
    }),
  );
  return { ...planned, steps };
}

async function currentContent({ file }: FileCall, host: Host | undefined): Promise<string | undefined> {
  const bytes = await host?.read(file);
  return bytes && shownIgnition(bytes.toString('utf8'));
}
