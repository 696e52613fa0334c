import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answered, checkAnswers } from '../answers/check.ts';
import type { Job } from '../answers/load.ts';
import { parseAnswers } from '../answers/parse.ts';
import { questionsOf } from '../answers/questions.ts';
import type { TargetAnswers } from '../answers/target.ts';
import { writeAnswers } from '../answers/write.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { AnswersError, UsageError } from '../errors.ts';
import { loadCatalogue } from '../images/catalogue.ts';
import { readJournal } from '../run/journal.ts';
import type { Answers, Session } from '../view/session.ts';
import { workflowById } from '../workflows/all.ts';
import { type OpenedTarget, openTargetOf } from './open-target.ts';
import { factsOf, type Prepared, planned, prepare } from './prepare.ts';
import { readFileBeside } from './read-answers.ts';
import { resumeRun, runPlan, undoRun } from './run-plan.ts';
import { runsFolder } from './runs-folder.ts';

/** All of a session that works on the target or knows the answers: everything but the menu. */
export type SessionWork = Omit<Session, 'target' | 'version' | 'workflows' | 'runs'> & {
  close(): Promise<void>;
};

/** The target is opened when it is first needed; `first`, what the header shows, is filled in then. */
export function sessionWork(line: CommandLine, env: Env, first: Session['target']): SessionWork {
  let target: Promise<OpenedTarget> | undefined;
  let facts: ReturnType<typeof factsOf> | undefined;
  /** A target that could not be opened is tried anew the next time it is asked for. */
  const opened = (): Promise<OpenedTarget> => {
    target ??= openTargetOf(line, env).catch((error: unknown) => {
      target = undefined;
      throw error;
    });
    return target;
  };
  const factsNow = async (again = false): ReturnType<typeof factsOf> => {
    if (again) facts = undefined;
    facts ??= opened().then((open) => factsOf(open, env));
    try {
      const read = await facts;
      Object.assign(first, { release: read.version.release, nodes: read.nodes.length });
      return read;
    } catch (error) {
      facts = undefined;
      throw error;
    }
  };
  const images = loadCatalogue().map(({ id, title, kind }) => ({ id, title, kind }));

  const work: SessionWork = {
    facts: factsNow,
    questions: (id, answers, known) =>
      questionsOf(workflowById(id).answers, { answers, facts: known, images }),
    check: (id, answers, options) => checkAnswers(workflowById(id).answers, answers, options),
    async plan(id, answers) {
      const open = await opened();
      return prepare([jobOf(id, answers, env)], { target: open, env, goal: 'apply' });
    },
    async run(chosen, { onEvent, signal, dryRun = false }) {
      const open = await opened();
      const known = (chosen as Partial<Prepared>).facts ?? (await factsNow());
      const again = planned(chosen.plan, known);
      const outcome = await runPlan(again, known, { target: open, env, emit: onEvent, signal, dryRun });
      facts = undefined;
      return outcome;
    },
    async save(id, answers, file) {
      const name = path.resolve(env.cwd, file);
      const there = await access(name).then(
        () => true,
        () => false,
      );
      if (there) throw new UsageError(`${name} is there already`, { fix: 'give another name' });
      await writeFile(name, writeAnswers(answered(answers), workflowById(id)), { mode: 0o600, flag: 'wx' });
      return name;
    },
    resume: async (run, { onEvent, signal }) =>
      resumeRun(run, { target: await targetOfRun(run), env, emit: onEvent, signal }),
    undo: async (run, { onEvent, signal }) =>
      undoRun(run, { target: await targetOfRun(run), env, emit: onEvent, signal }),
    async close() {
      await (await target?.catch(() => undefined))?.close();
    },
  };

  /** A run is gone on with where it was made; that is this session's target, or the run is refused. */
  async function targetOfRun(run: string): Promise<OpenedTarget> {
    const { head } = await readJournal(runsFolder(env), run);
    const open = await opened();
    const { url } = head.target as unknown as TargetAnswers;
    if (url !== (open.reference as unknown as TargetAnswers).url) {
      throw new UsageError(`run ${run} was made on ${url}, not on ${open.label}`, {
        fix: `proxwright runs resume ${run}`,
      });
    }
    facts = undefined;
    return open;
  }

  return work;
}

/** The wizard's answers as one job, validated the same way as those of a file. */
function jobOf(id: string, answers: Answers, env: Env): Job {
  const workflow = workflowById(id);
  const file = 'the wizard';
  const { answers: parsed, remarks } = parseAnswers(workflow.answers, answered(answers), {
    env: env.variables,
    readFile: (name) => readFileBeside(name, file, env),
  });
  if (parsed === undefined) {
    throw new AnswersError(
      remarks.map(({ path: at, message, severity = 'error' }) => ({ message, severity, path: at.join('.') })),
    );
  }
  return {
    workflow: id,
    path: workflow.many ? `${workflow.section}.0` : workflow.section,
    file,
    answers: parsed,
  };
}
