import type { RouteTable } from '../api/route-table.ts';
import { HANGS_FOR } from '../state/conditions.ts';
import type { World } from '../world.ts';
import { apparmorPrograms } from './apparmor.ts';
import { clusterPrograms } from './cluster-tools.ts';
import { connectPrograms } from './connect.ts';
import { containerPrograms } from './containers.ts';
import { diskPrograms } from './disks.ts';
import { dockerPrograms } from './docker.ts';
import { guestPrograms } from './guest-tools.ts';
import { lookPrograms } from './look-at-files.ts';
import { namePrograms } from './names.ts';
import { packagePrograms } from './packages.ts';
import { readPrograms } from './read-files.ts';
import { failed, type HostResult, ok, type Program } from './result.ts';
import { sshProgram } from './ssh.ts';
import { systemPrograms } from './system.ts';
import { templatePrograms } from './templates.ts';
import { writePrograms } from './write-files.ts';

export interface HostCommand {
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  ...readPrograms,
  ...lookPrograms,
  ...writePrograms,
  ...systemPrograms,
  ...clusterPrograms,
  ...guestPrograms,
  ...packagePrograms,
  ...diskPrograms,
  ...apparmorPrograms,
  ...containerPrograms,
  ...templatePrograms,
  ...dockerPrograms,
  ...namePrograms,
  ...connectPrograms,
  ssh: sshProgram,
  true: () => ok(),
  false: () => failed(1),
  echo: ({ args }) =>
    ok(
      `${args.filter((word, index) => index > 0 || word !== '-n').join(' ')}${args[0] === '-n' ? '' : '\n'}`,
    ),
  env: ({ args, run }) => run(args.filter((word, index) => !isAssignment(args, index) && word !== '--')),
  timeout,
  which: ({ args }) => found(args),
  command: ({ args }) => found(args.filter((word) => word !== '-v')),
};

/** Runs a command on a simulated node, within this process: nothing of this machine is run or touched. */
export async function execOnHost(
  world: World,
  node: string,
  command: HostCommand & { readonly table: RouteTable },
): Promise<HostResult> {
  const instead = await inThisCondition(world, node, command.argv.join(' '));
  if (instead) return instead;
  const [name = '', ...args] = command.argv;
  const program = programOf(world, basename(name));
  if (!program) return failed(127, `bash: ${name}: command not found`);
  const stdin = command.stdin ?? new Uint8Array();
  try {
    return await program({
      world,
      table: command.table,
      node,
      args,
      stdin,
      run: (argv, on = node) => execOnHost(world, on, { argv, stdin, table: command.table }),
    });
  } catch (error) {
    return failed(1, `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function programOf({ added }: World, name: string): Program | undefined {
  const own = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  const more = Object.hasOwn(added, name) ? added[name] : undefined;
  const missing: Program = () => failed(127, `bash: ${name}: command not found`);
  return more ? (invocation) => more(invocation, own ?? missing) : own;
}

/** What a broken node says in place of the healthy one; undefined: nothing is broken about this command. */
async function inThisCondition(world: World, node: string, line: string): Promise<HostResult | undefined> {
  const { says, hangs } = world.conditions.node(node);
  if (hangs?.some((start) => line.startsWith(start)))
    await new Promise<void>((resolve) => setTimeout(resolve, HANGS_FOR).unref());
  const said = says?.[line];
  return (
    said && {
      exitCode: said.exitCode ?? 0,
      stdout: Buffer.from(said.stdout ?? ''),
      stderr: Buffer.from(said.stderr ?? ''),
    }
  );
}

function basename(name: string): string {
  return /^\/(?:(?:usr\/)?s?bin|usr\/local\/(?:bin|lib\/\w+))\/([^/]+)$/.exec(name)?.[1] ?? name;
}

function found(names: readonly string[]): HostResult {
  const there = names.filter((name) => Object.hasOwn(PROGRAMS, name));
  const text = there.map((name) => `/usr/bin/${name}\n`).join('');
  return there.length === names.length ? ok(text) : failed(1, '', text);
}

/** The variables in front of `env A=B command`. */
function isAssignment(args: readonly string[], index: number): boolean {
  return args.slice(0, index + 1).every((word) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
}

/** The simulated commands end by themselves: only the words of `timeout` are taken away. */
function timeout({ args, run }: Parameters<Program>[0]): Promise<HostResult> {
  let index = 0;
  while (index < args.length && args[index]?.startsWith('-')) {
    index += /^-[ks]$/.test(args[index] ?? '') ? 2 : 1;
  }
  return run(args.slice(index + 1));
}
