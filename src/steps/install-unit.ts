import { CommandError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { Call } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeFile, placeHost } from './agent-place.ts';
import { keepFile, keptFile } from './kept-file.ts';
import { isUp, unitState } from './unit-state.ts';
import { sha256 } from './write-file.ts';

export interface InstallUnitArgs extends AgentPlace {
  unit: string;
  path: string;
  content: string;
  /** What the process's environment holds once it was started from this unit and its program. */
  stamp: string;
  /** Takes away what the service leaves behind when it is stopped for good. */
  leave: readonly string[];
  /** Says what is wrong with it once it runs, by an exit code other than 0. */
  look: readonly string[];
}

/** `before`: key of what the file held, null where there was none. */
type Receipt = { before: string | null; active: boolean; enabled: boolean };

/** A systemd service: its file, enabled, and running as that file says. */
export const installUnit: Verb<InstallUnitArgs, Receipt> = {
  name: 'install-unit',

  calls: (args): Call[] => [
    placeFile(args, { file: args.path, mode: '0644', content: args.content }),
    placeCall(args, RELOAD),
    placeCall(args, ['systemctl', 'enable', '--', args.unit]),
    placeCall(args, ['systemctl', 'restart', '--', args.unit]),
  ],

  check(args, facts) {
    const there = placeFacts(args, facts);
    const state = there?.units[args.unit];
    const why = !state || state.load === 'not-found' ? undefined : whyNot(args, there, state);
    if (state && state.load !== 'not-found' && why === undefined)
      return { needed: false, why: 'runs', receipt: { before: null, active: true, enabled: true } };
    return { needed: true, ...(why ? { why } : {}) };
  },

  async apply(args, context) {
    const host = placeHost(args, context);
    const receipt = (context.attempt.notes[0] as Receipt | undefined) ?? (await before(args, host, context));
    await host.write(args.path, args.content, { mode: 0o644 });
    await must(host, RELOAD);
    await must(host, ['systemctl', 'enable', '--', args.unit]);
    await restart(host, args.unit);
    const { exitCode, stdout } = await host.run(args.look);
    if (exitCode !== 0) for (const line of troubles(stdout)) context.log(`${host.node}: ${line}`);
    return receipt;
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? installUnit.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as Receipt | undefined,

  async undo(args, { before: key, active, enabled }, context) {
    const host = placeHost(args, context);
    const { unit, path } = args;
    const old = keptFile(key, { where: `${host.node}:${path}`, context });
    if (old === undefined) {
      if ((await unitState(host, unit)).load !== 'not-found')
        await must(host, ['systemctl', 'disable', '--now', '--', unit], { timeout: START_TIMEOUT });
      await must(host, args.leave, { timeout: START_TIMEOUT });
      await host.remove(path);
      await must(host, RELOAD);
      return;
    }
    await host.write(path, old, { mode: 0o644 });
    await must(host, RELOAD);
    if (!enabled) await must(host, ['systemctl', 'disable', '--', unit]);
    if (active) await restart(host, unit);
    else await must(host, ['systemctl', 'stop', '--', unit], { timeout: START_TIMEOUT });
  },
};

export const RELOAD: readonly string[] = ['systemctl', 'daemon-reload'];

/** Milliseconds: systemd itself gives a service 90 s (DefaultTimeoutStartSec). */
const START_TIMEOUT = 120_000;

/** Why a unit that is there is not as it should be. */
function whyNot(
  { path, content, stamp }: InstallUnitArgs,
  there: NonNullable<ReturnType<typeof placeFacts>>,
  state: { active: string; enabled: string },
): string | undefined {
  if (there.files[path] !== sha256(content)) return 'has other settings';
  if (state.active !== 'active') return `is ${state.active}`;
  if (state.enabled !== 'enabled') return 'does not start with the node';
  return there.stamp === stamp ? undefined : 'runs as it was before';
}

/** `kea status` marks them, and names the networks that are not served. */
function troubles(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*!|: failed/.test(line));
}

async function before(args: InstallUnitArgs, host: Host, context: StepContext): Promise<Receipt> {
  const state = await unitState(host, args.unit);
  const receipt = {
    before: await keepFile(host, args.path, context),
    active: isUp(state),
    enabled: state.enabled === 'enabled',
  };
  await context.note(receipt);
  return receipt;
}

/** With Type=notify this returns when the service says that it is ready, or with why it is not. */
async function restart(host: Host, unit: string): Promise<void> {
  const argv = ['systemctl', 'restart', '--', unit];
  const { exitCode, stderr } = await host.run(argv, { timeout: START_TIMEOUT });
  if (exitCode === 0) return;
  const log = await host.run(['journalctl', '--no-pager', '-o', 'cat', '-n', '5', '-u', unit]);
  throw new CommandError(`${unit} does not start`, argv, stderr, {
    where: host.node,
    why: (log.stdout || stderr).trim().split('\n').slice(-5).join('; '),
    fix: `journalctl -u ${unit}`,
  });
}
