import { posix } from 'node:path';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { must } from './agent-place.ts';
import { previousOf } from './install-program.ts';
import { RELOAD } from './install-unit.ts';

export interface RemoveAgentArgs extends Record<string, StepValue> {
  node: string;
  unit: string;
  unitPath: string;
  program: string;
  link: string;
  /** Ends what the agent keeps running beside itself. */
  leave: readonly string[];
  /** The AppArmor profile; null: none was found. */
  profile: string | null;
}

/** Takes an agent off a node: its service, what that left running, its program and profile. */
export const removeAgent: Verb<RemoveAgentArgs, null> = {
  name: 'remove-agent',

  calls: (args): Call[] => commands(args).map((argv) => ({ node: args.node, argv })),

  check({ node, unitPath, program }, facts) {
    const files = facts.kea?.find((other) => other.node === node)?.host.files ?? {};
    return files[unitPath] || files[program]
      ? { needed: true }
      : { needed: false, why: 'is gone', receipt: null };
  },

  // Every command may be run again, so an attempt that was cut off is simply repeated.
  async apply(args, context) {
    const host = context.host(args.node);
    const { unitPath, program, link, leave, profile } = args;
    if (await host.read(unitPath)) {
      await must(host, ['systemctl', 'disable', '--now', '--', args.unit], { timeout: 120_000 });
    }
    if ((await host.run(['test', '-x', program])).exitCode === 0)
      await must(host, leave, { timeout: 120_000 });
    if (profile !== null && (await host.read(profile))) {
      await must(host, ['apparmor_parser', '--remove', profile]);
      await host.remove(profile);
    }
    // Somebody's own copy of the program, in place of our link, stays.
    const { stdout } = await host.run(['readlink', '--', link]);
    if (stdout.trim() === posix.relative(posix.dirname(link), program))
      await must(host, ['rm', '-f', '--', link]);
    await must(host, ['rm', '-f', '--', program, previousOf(program)]);
    await host.run(['rmdir', '--', posix.dirname(program)]);
    // Last: as long as its file is there, a removal that was cut off is seen.
    await host.remove(unitPath);
    await must(host, RELOAD);
    return null;
  },

  // What was begun is not put together again either.
  find: async (args, context) => {
    const there = await context.host(args.node).read(args.unitPath);
    return there === undefined ? null : undefined;
  },

  final: ({ node }) => `the agent is gone from ${node}; apply the answers to install it again`,
};

function commands({ unit, unitPath, program, link, leave, profile }: RemoveAgentArgs): (readonly string[])[] {
  return [
    ['systemctl', 'disable', '--now', '--', unit],
    leave,
    ...(profile === null
      ? []
      : [
          ['apparmor_parser', '--remove', profile],
          ['rm', '-f', '--', profile],
        ]),
    ['rm', '-f', '--', link, program, previousOf(program)],
    ['rm', '-f', '--', unitPath],
    RELOAD,
  ];
}
