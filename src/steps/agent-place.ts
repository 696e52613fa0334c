import { CommandError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { PlaceFacts } from '../facts/facts-kea.ts';
import { containerHost } from '../hosts/container.ts';
import type { CommandResult, Host, RunOptions } from '../hosts/host.ts';
import type { CommandCall, FileCall, StepValue } from '../plan/step.ts';
import type { StepContext } from '../plan/verb.ts';
import { type GuestRef, placeOf } from './our-guest.ts';

/** Where a step works: on a node, or inside a container of ours there. */
export interface AgentPlace extends Record<string, StepValue> {
  node: string;
  container?: (GuestRef & Record<string, StepValue>) | undefined;
}

export function placeHost({ node, container }: AgentPlace, context: StepContext): Host {
  const host = context.host(node);
  return container ? containerHost(host, placeOf(container, context).vmid) : host;
}

/** A command as it is run there; the container's id may turn out another one. */
export function placeCall({ node, container }: AgentPlace, argv: readonly string[]): CommandCall {
  return { node, argv: container ? ['pct', 'exec', String(container.vmid), '--', ...argv] : argv };
}

export function placeFile({ node, container }: AgentPlace, file: Omit<FileCall, 'node'>): FileCall {
  return { node: container ? `${node}, container ${container.vmid}` : node, ...file };
}

/** What the facts say of that place; undefined where it was not looked at, or is not there yet. */
export function placeFacts({ node, container }: AgentPlace, facts: Facts): PlaceFacts | undefined {
  const seen = facts.kea?.find((other) => other.node === node);
  if (seen?.problem !== undefined) return undefined;
  return container ? seen?.container : seen?.host;
}

/** Runs a command that has to end well. Throws CommandError with its last words. */
export async function must(
  host: Host,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const done = await host.run(argv, options);
  if (done.exitCode === 0) return done;
  const words = (done.stderr || done.stdout).trim();
  const last = words.split('\n').at(-1) || `exit code ${done.exitCode}`;
  throw new CommandError(`${programOf(argv)} failed: ${last}`, argv, words, { where: host.node });
}

/** The first word that is a program: `env A=B apt-get` is apt-get's doing. */
function programOf(argv: readonly string[]): string {
  return argv.find((word) => word !== 'env' && !word.includes('=')) ?? '';
}
