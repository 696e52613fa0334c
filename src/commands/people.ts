import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import type { Emit } from '../run/events.ts';
import { jsonLine } from '../view/json-lines.ts';
import { plainView } from '../view/plain.ts';
import { planText } from '../view/review/plan-text.ts';
import type { PlannedRun } from '../view/session.ts';
import { wantsAscii } from './wants-ascii.ts';

/** Where no width is known: what fits everywhere. */
const NARROW = 80;

/** A run as it happens: JSON lines on stdout for programs, else lines for people on stderr. */
export function runView({ switches, values }: CommandLine, env: Env): Emit {
  if (switches.has('json')) return (event) => void env.stdout.write(`${jsonLine(event)}\n`);
  const view = plainView({
    ascii: wantsAscii(switches, env),
    width: env.stderr.columns ?? NARROW,
    verbose: values['log-level'] === 'debug',
  });
  return (event) => {
    for (const line of view(event)) env.stderr.write(`${line}\n`);
  };
}

/** The plan, for whoever is about to say yes. */
export function tellPlan(planned: PlannedRun, { switches }: CommandLine, env: Env): void {
  for (const line of planLines(planned, switches, env)) env.stderr.write(`${line}\n`);
}

export function planLines(planned: PlannedRun, switches: ReadonlySet<string>, env: Env): string[] {
  const width = env.stdout.columns ?? NARROW;
  return planText(planned, { ascii: wantsAscii(switches, env), width, verbose: switches.has('verbose') });
}
