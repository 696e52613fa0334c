import type { UnitFacts } from '../facts/facts-kea.ts';
import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';
import { isUp, unitState } from './unit-state.ts';

export interface MaskUnitArgs extends AgentPlace {
  unit: string;
}

type Receipt = UnitFacts & Record<string, string>;

/** Keeps a unit from ever being started, also one whose package is installed only later. */
export const maskUnit: Verb<MaskUnitArgs, Receipt> = {
  name: 'mask-unit',

  calls: (args, facts): Call[] => [
    placeCall(args, mask(args.unit)),
    ...(isUp(placeFacts(args, facts)?.units[args.unit] ?? { active: '' })
      ? [placeCall(args, stop(args.unit))]
      : []),
  ],

  check(args, facts) {
    const there = placeFacts(args, facts)?.units[args.unit];
    if (there?.load === 'masked' && !isUp(there))
      return { needed: false, why: 'is masked', receipt: { ...there } };
    return { needed: true, ...(there && isUp(there) ? { why: 'runs now' } : {}) };
  },

  async apply(args, context) {
    const host = placeHost(args, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const was = noted ?? { ...(await unitState(host, args.unit)) };
    if (!noted) await context.note(was);
    await must(host, mask(args.unit));
    if (isUp(await unitState(host, args.unit))) await must(host, stop(args.unit), { timeout: 120_000 });
    return was;
  },

  find: async (args, context) =>
    context.attempt.notes.length > 0 ? maskUnit.apply(args, context) : undefined,

  begun: ({ notes }) => notes[0] as Receipt | undefined,

  async undo(args, was, context) {
    const host = placeHost(args, context);
    if (was.load === 'masked') return;
    await must(host, ['systemctl', 'unmask', '--', args.unit]);
    if ((await unitState(host, args.unit)).load !== 'loaded') return;
    if (was.enabled === 'enabled') await must(host, ['systemctl', 'enable', '--', args.unit]);
    if (isUp(was)) await must(host, ['systemctl', 'start', '--', args.unit], { timeout: 120_000 });
  },
};

function mask(unit: string): string[] {
  return ['systemctl', 'mask', '--', unit];
}

function stop(unit: string): string[] {
  return ['systemctl', 'stop', '--', unit];
}
