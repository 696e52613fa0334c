import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { keaCommand } from '../kea/command.ts';

/** `kea`: the DHCP agent of this node, what it says of itself, and how it gets on nodes. */
export async function kea(line: CommandLine, env: Env): Promise<number> {
  const { rest } = line;
  // Only this one works on a target; the agent shall not load what it never needs.
  if (rest[0] === 'install') return (await import('./kea/install.ts')).keaInstall(line, env);
  return keaCommand(rest, { ...env, kill: env.sendSignal });
}
