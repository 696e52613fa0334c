import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { resultLines } from '../view/run/result-lines.ts';
import type { Session } from '../view/session.ts';
import { signsFor } from '../view/text/signs.ts';
import { openSession } from './session/session.ts';
import { chosenTarget } from './targets/target-wish.ts';
import { wantsAscii } from './wants-ascii.ts';

/** The terminal UI, from the menu until its user leaves; what came of the last run stays on the screen. */
export async function terminalUi(line: CommandLine, env: Env): Promise<number> {
  const first = firstTarget(line, env);
  const { startApp } = await import('../../components/start.tsx');
  const ascii = wantsAscii(line.switches, env);
  // The home screen says itself that it is the sandbox, and how to come to a real target.
  const values = first.kind === 'sandbox' ? { target: 'sandbox', ...line.values } : line.values;
  const opened = openSession({ ...line, values }, env, first);
  const terminal = {
    ascii,
    // https://no-color.org: any value but the empty one.
    color: !line.switches.has('no-color') && !env.variables.NO_COLOR && env.variables.TERM !== 'dumb',
    screenReader: line.switches.has('screen-reader') || env.variables.INK_SCREEN_READER === 'true',
  };
  try {
    const last = await startApp(
      { session: opened.session, terminal },
      { stdin: env.stdin, stdout: env.stdout, stderr: env.stderr, signal: env.signal },
    );
    if (last) for (const text of resultLines(last, { signs: signsFor(ascii) })) env.stdout.write(`${text}\n`);
    if (env.signal.aborted || last?.status === 'cancelled') return 130;
    return last?.status === 'failed' ? 1 : 0;
  } finally {
    await opened.close();
  }
}

/** What the header says before anything was asked of the target. */
function firstTarget(line: CommandLine, env: Env): Session['target'] {
  const { kind, label } = chosenTarget(line, env);
  return { kind, label, release: '', nodes: 0 };
}
