import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { keaCommand } from '../kea/command.ts';

/** `kea`: the DHCP agent of this node, and what it says of itself. */
export function kea({ rest }: CommandLine, env: Env): Promise<number> {
  return keaCommand(rest, { ...env, kill: env.sendSignal });
}
