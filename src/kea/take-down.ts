import type { Commands } from './commands.ts';
import { keaProgram } from './program.ts';
import { segmentsOf } from './segments.ts';
import type { AgentSettings } from './settings.ts';

/** Ends every Kea that an agent with these settings left, and removes its namespaces, ports and files. */
export async function takeDown(
  settings: AgentSettings,
  { commands, node }: { commands: Commands; node: string },
): Promise<void> {
  const kea = keaProgram(settings, { commands, now: () => Math.floor(Date.now() / 1000) });
  await segmentsOf(kea, { node, changed: () => undefined }).close({ takeDown: true });
}
