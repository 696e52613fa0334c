import type { RouteTable } from '../api/route-table.ts';
import type { World } from '../world.ts';

export interface HostResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** What a program sees: its node, its words after the name, its standard input. */
export interface Invocation {
  readonly world: World;
  readonly table: RouteTable;
  readonly node: string;
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
  /** Runs another command, on this node or another. */
  run(argv: readonly string[], on?: string): Promise<HostResult>;
}

export type Program = (invocation: Invocation) => HostResult | Promise<HostResult>;

export function ok(stdout: string | Uint8Array = ''): HostResult {
  return { exitCode: 0, stdout: Buffer.from(stdout as string), stderr: Buffer.alloc(0) };
}

/**
 * What somebody adds to a node from outside: takes a command for itself, or leaves it to `inner`, the node's own.
 */
export type AddedProgram = (invocation: Invocation, inner: Program) => HostResult | Promise<HostResult>;

/** `stderr` without its line feed. */
export function failed(exitCode: number, stderr = '', stdout = ''): HostResult {
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr === '' ? '' : `${stderr}\n`) };
}

/** Words that begin with `-` before `--`, and the rest. `withValue` names options that take the next word. */
export function splitOptions(
  args: readonly string[],
  withValue: readonly string[] = [],
): { options: Map<string, string>; operands: string[] } {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (withValue.includes(word)) {
      index += 1;
      options.set(word, args[index] ?? '');
    } else if (word.startsWith('--')) {
      const [name = '', ...value] = word.split('=');
      options.set(name, value.join('='));
    } else for (const letter of word.slice(1)) options.set(`-${letter}`, '');
  }
  return { options, operands };
}
