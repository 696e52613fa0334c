import type { CommandLine } from '../../cli.ts';
import type { Env } from '../../env.ts';
import { readJournal } from '../../run/journal.ts';
import { version } from '../../version.ts';
import type { Session } from '../../view/session.ts';
import { menu } from '../../workflows/menu.ts';
import { runsFolder } from '../running/runs-folder.ts';
import type { SessionDoctor } from './session-doctor.ts';
import type { SessionWork } from './session-work.ts';

export interface OpenSession {
  session: Session;
  close(): Promise<void>;
}

/**
 * The terminal UI's session. The menu needs little and is there at once; all the rest (answers, plans, the
 * target) is loaded behind it, a third of a second that nobody waits for.
 */
export function openSession(line: CommandLine, env: Env, target: Session['target']): OpenSession {
  let loading: Promise<SessionWork> | undefined;
  let loaded: SessionWork | undefined;
  const remarks: string[] = [];
  // Nobody to ask is a no: an unknown host key is refused then.
  let ask = async (_question: string): Promise<boolean> => false;
  const talk = {
    warn: (text: string) => void (remarks.includes(text) || remarks.push(text)),
    ask: (question: string) => ask(question),
  };
  const work = (): Promise<SessionWork> => {
    loading ??= import('./session-work.ts').then(({ sessionWork }) => {
      loaded = sessionWork(line, env, { first: target, talk });
      return loaded;
    });
    return loading;
  };
  let doctorLoading: Promise<SessionDoctor> | undefined;
  /** The checks are many, and few sessions need them. */
  const doctor = (): Promise<SessionDoctor> => {
    doctorLoading ??= Promise.all([work(), import('./session-doctor.ts')]).then(
      ([{ opened, changed }, late]) => late.sessionDoctor(env, { opened, changed }),
    );
    return doctorLoading;
  };
  /** Questions come after facts, and facts after the loading. */
  const ready = (): SessionWork => {
    if (!loaded) throw new Error('questions were asked before the facts were read');
    return loaded;
  };

  return {
    session: {
      target,
      version,
      workflows: menu,
      facts: async (again) => (await work()).facts(again),
      questions: (...asked) => ready().questions(...asked),
      check: (...asked) => ready().check(...asked),
      plan: async (...asked) => (await work()).plan(...asked),
      run: async (...asked) => (await work()).run(...asked),
      save: async (...asked) => (await work()).save(...asked),
      resume: async (...asked) => (await work()).resume(...asked),
      undo: async (...asked) => (await work()).undo(...asked),
      kea: async (node) => (await work()).kea(node),
      runs: async () => (await import('../running/past-runs.ts')).listRuns(env),
      readRun: async (run) => (await readJournal(runsFolder(env), run)).events,
      doctor: {
        look: async (options) => (await doctor()).look(options),
        mend: async (...asked) => (await doctor()).mend(...asked),
      },
      remarks,
      askWith(asker) {
        ask = asker;
      },
    },
    async close() {
      await (await doctorLoading)?.close();
      await (await loading)?.close();
    },
  };
}
