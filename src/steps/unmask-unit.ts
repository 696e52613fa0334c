import type { Call } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type AgentPlace, must, placeCall, placeFacts, placeHost } from './agent-place.ts';

export interface UnmaskUnitArgs extends AgentPlace {
  unit: string;
}

/** Lets a unit that was masked be started again; it is not started by this. */
export const unmaskUnit: Verb<UnmaskUnitArgs, null> = {
  name: 'unmask-unit',

  calls: (args): Call[] => [placeCall(args, command('unmask', args.unit))],

  check(args, facts) {
    const masked = placeFacts(args, facts)?.units[args.unit]?.load === 'masked';
    return masked ? { needed: true } : { needed: false, why: 'is not masked', receipt: null };
  },

  async apply(args, context) {
    await must(placeHost(args, context), command('unmask', args.unit));
    return null;
  },

  async undo(args, _receipt, context) {
    await must(placeHost(args, context), command('mask', args.unit));
  },
};

function command(verb: 'mask' | 'unmask', unit: string): string[] {
  return ['systemctl', verb, '--', unit];
}
