import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answered, checkAnswers } from '../../answers/check.ts';
import { questionsOf } from '../../answers/questions.ts';
import type { TargetAnswers } from '../../answers/target.ts';
import { writeAnswers } from '../../answers/write.ts';
import { realFilesDir } from '../../butane/real-files.ts';
import type { CommandLine } from '../../cli.ts';
import type { Env } from '../../env.ts';
import { UsageError } from '../../errors.ts';
import { loadCatalogue } from '../../images/catalogue.ts';
import { readJournal } from '../../run/journal.ts';
import type { Session } from '../../view/session.ts';
import { workflowById } from '../../workflows/all.ts';
import type { NamedFile, Workflow } from '../../workflows/workflow.ts';
import { keaReader } from '../kea/reading.ts';
import { factsOf, type Prepared, planned, prepare } from '../planning/prepare.ts';
import { fileBeside } from '../planning/read-answers.ts';
import { resumeRun, runPlan, undoRun } from '../running/run-plan.ts';
import { runsFolder } from '../running/runs-folder.ts';
import { type OpenedTarget, openTargetOf, type Talk } from '../targets/open-target.ts';
import { jobOf, planOfWizard, relativeNames } from './wizard-job.ts';

/** All of a session that works on the target or knows the answers: everything but the menu. */
export type SessionWork = Pick<
  Session,
  'facts' | 'questions' | 'check' | 'plan' | 'run' | 'save' | 'resume' | 'undo' | 'kea'
> & {
  opened(): Promise<OpenedTarget>;
  /** Something was done beside the runs: facts that were read are not true any more. */
  changed(): void;
  close(): Promise<void>;
};

/** The target is opened when it is first needed; `first`, what the header shows, is filled in then. */
export function sessionWork(
  line: CommandLine,
  outer: Env,
  { first, talk }: { first: Session['target']; talk: Talk },
): SessionWork {
  const ending = new AbortController();
  const env: Env = { ...outer, signal: AbortSignal.any([outer.signal, ending.signal]) };
  let target: Promise<OpenedTarget> | undefined;
  let facts: ReturnType<typeof factsOf> | undefined;
  /** A target that could not be opened is tried anew the next time it is asked for. */
  const opened = (): Promise<OpenedTarget> => {
    target ??= openTargetOf(line, env, undefined, talk).catch((error: unknown) => {
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
      // A practice cluster that is reached by SSH or HTTPS is known as one only now; its label says so.
      const { label } = read.target;
      Object.assign(first, { label, release: read.version.release, nodes: read.nodes.length });
      return read;
    } catch (error) {
      facts = undefined;
      throw error;
    }
  };
  const imagesFor = ({ imageKind }: Workflow) =>
    loadCatalogue().filter(({ kind }) => imageKind === undefined || kind === imageKind);

  const askKea = keaReader();
  const work: SessionWork = {
    facts: factsNow,
    opened,
    changed() {
      facts = undefined;
    },
    questions(id, answers, known) {
      const workflow = workflowById(id);
      return questionsOf(workflow.answers, { answers, facts: known, images: imagesFor(workflow) });
    },
    check(id, answers, options) {
      const workflow = workflowById(id);
      const issues = checkAnswers(workflow.answers, answers, options);
      return [...issues, ...(workflow.checkFiles?.(answers, (...names) => namedFile(env, ...names)) ?? [])];
    },
    async plan(id, answers) {
      const open = await opened();
      return planOfWizard(jobOf(id, answers, env), (job) =>
        prepare([job], { target: open, env, goal: 'apply', skip: [] }),
      );
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
      refuseElsewhere(name, relativeNames(id, answers, env), env);
      try {
        await writeFile(name, writeAnswers(answered(answers), workflowById(id)), { mode: 0o600, flag: 'wx' });
      } catch (error) {
        throw notSaved(name, error as NodeJS.ErrnoException);
      }
      return name;
    },
    resume: async (run, { onEvent, signal }) =>
      resumeRun(run, { target: await targetOfRun(run), env, emit: onEvent, signal }),
    undo: async (run, { onEvent, signal }) =>
      undoRun(run, { target: await targetOfRun(run), env, emit: onEvent, signal }),
    kea: async (node) => askKea(node, { target: await opened(), env, guests: (await factsNow()).guests }),
    async close() {
      // What is still being read would else reach for a target that is closed.
      ending.abort();
      const open = await target?.catch(() => undefined);
      await facts?.catch(() => undefined);
      await open?.close();
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

/** Names of files count from the answer file: in another folder they would lead nowhere, or to another file. */
function refuseElsewhere(name: string, relative: readonly string[], env: Env): void {
  if (relative.length === 0 || path.dirname(name) === path.resolve(env.cwd)) return;
  // The wizard shows it in one line.
  throw new UsageError(`save it in the folder that this runs in: ${relative[0]} counts from there`, {
    where: env.cwd,
    fix: 'or give the full names of files',
  });
}

/** Why a file could not be written, in words of its own: the wizard shows it in one line. */
function notSaved(name: string, error: NodeJS.ErrnoException): UsageError {
  switch (error.code) {
    case 'EEXIST':
      return new UsageError(`${name} is there already`, { fix: 'give another name', cause: error });
    case 'ENOENT':
      return new UsageError(`there is no folder ${path.dirname(name)}`, { cause: error });
    case 'EACCES':
    case 'EROFS':
      return new UsageError(`${name} must not be written`, { cause: error });
    default:
      return new UsageError(`${name} cannot be written: ${error.message}`, { cause: error });
  }
}

/** A file that the wizard's answers name, and a folder for its own, relative to where it was started. */
function namedFile(env: Env, file: string, folder?: string): NamedFile | undefined {
  const name = fileBeside(file, 'answers.yaml', env);
  const beside = folder === undefined ? path.dirname(name) : fileBeside(folder, 'answers.yaml', env);
  try {
    return { text: readFileSync(name, 'utf8'), folder: realFilesDir(beside, env.cwd) };
  } catch {
    return undefined;
  }
}
