import type { World } from '../world.ts';

export interface HostCommand {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
}
export interface HostResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a command on a simulated node, in this process: nothing of this machine is run or touched. */
export async function execOnHost(world: World, node: string, command: HostCommand): Promise<HostResult> {
  void world;
  void node;
  const name = command.argv[0] ?? '';
  return {
    exitCode: 127,
    stdout: Buffer.alloc(0),
    stderr: Buffer.from(`bash: ${name}: command not found\n`),
  };
}
