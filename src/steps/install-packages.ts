import type { Host } from '../hosts/host.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';
import { APT, APT_TIMEOUT, plannedChanges, removeAdded, repaired } from './apt.ts';

export interface InstallPackagesArgs extends AgentPlace {
  packages: readonly string[];
}

/** `added`: every package that was not there before, dependencies too. */
type Receipt = { added: string[] };

/** Installs Debian packages without what they merely recommend. Undo removes what came with them, and no more. */
export const installPackages: Verb<InstallPackagesArgs, Receipt> = {
  name: 'install-packages',

  calls(args, facts): Call[] {
    const { packages = {}, candidates = {} } = placeFacts(args, facts) ?? {};
    const unknown = args.packages.some((name) => !packages[name] && !candidates[name]);
    return [
      ...(unknown ? [placeCall(args, UPDATE)] : []),
      placeCall(args, [...APT, 'install', ...OPTIONS, ...args.packages]),
    ];
  },

  check(args, facts) {
    const installed = placeFacts(args, facts)?.packages ?? {};
    const missing = args.packages.filter((name) => installed[name] === undefined);
    if (missing.length === 0) return { needed: false, why: 'is installed', receipt: { added: [] } };
    return {
      needed: true,
      ...(missing.length < args.packages.length ? { why: `lacks ${missing.join(', ')}` } : {}),
    };
  },

  async apply(args, context) {
    const host = placeHost(args, context);
    const earlier = (context.attempt.notes.at(-1) as Receipt | undefined)?.added ?? [];
    const { known, added } = await simulate(host, args.packages);
    if (!known) {
      context.progress({ text: 'apt-get update' });
      // Ends badly for one repository that wants a subscription; the others are fresh all the same.
      await host.run(UPDATE, { timeout: APT_TIMEOUT, signal: context.signal });
    }
    const coming = known ? added : (await simulate(host, args.packages)).added;
    const all = [...new Set([...earlier, ...coming])].sort();
    await context.note({ added: all });
    context.progress({ text: `apt-get install, ${coming.length} packages` });
    await install(host, args.packages);
    return { added: all };
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? installPackages.apply(args, context) : undefined,

  begun: ({ notes }) => notes.at(-1) as Receipt | undefined,

  async undo(args, { added }, context) {
    await removeAdded(placeHost(args, context), { added, asked: args.packages, log: context.log });
  },
};

const OPTIONS = ['--yes', '--no-install-recommends'];
const UPDATE = [...APT, 'update'];

async function install(host: Host, packages: readonly string[]): Promise<void> {
  const argv = [...APT, 'install', ...OPTIONS, ...packages];
  const options = { timeout: APT_TIMEOUT };
  const first = await repaired(host, argv);
  if (first.exitCode === 0) return;
  // Lists that are out of date name files that are gone.
  if (/404 |Failed to fetch/.test(first.stderr)) await host.run(UPDATE, options);
  await must(host, argv, options);
}

async function simulate(
  host: Host,
  packages: readonly string[],
): Promise<{ known: boolean; added: string[] }> {
  const { exitCode, stdout } = await host.run([...APT, '--simulate', 'install', ...OPTIONS, ...packages]);
  return { known: exitCode === 0, added: plannedChanges(stdout).installed };
}
