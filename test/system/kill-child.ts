// Applies answers on a sandbox that runs already, and is killed at a chosen entry of the journal.
//
//   node kill-child.ts HOME ANSWERS before|after N

import { prepare } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan } from '../../src/commands/running/run-plan.ts';
import { openTargetOf } from '../../src/commands/targets/open-target.ts';
import { createJournal } from '../../src/run/journal.ts';
import { envIn } from './environment.ts';

const [home = '', answers = '', when = '', at = ''] = process.argv.slice(2);
const env = { ...envIn(home), isAlive: (pid: number) => pid === process.ppid };
const line = { values: { target: 'sandbox' }, switches: new Set<string>() };
let entries = 0;

const target = await openTargetOf(line, env);
const prepared = await prepare(readAnswers([answers], env).answers.jobs, { target, env, goal: 'apply' });
const outcome = await runPlan(prepared, prepared.facts, {
  target,
  env,
  emit: () => {},
  signal: env.signal,
  async newJournal(...given) {
    const journal = await createJournal(...given);
    return {
      file: journal.file,
      close: () => journal.close(),
      async append(event) {
        const durable = !['step-progress', 'log', 'step-waiting', 'step-retry'].includes(event.type);
        const number = durable ? ++entries : 0;
        if (when === 'before' && number === Number(at)) process.kill(process.pid, 'SIGKILL');
        await journal.append(event);
        if (when === 'after' && number === Number(at)) process.kill(process.pid, 'SIGKILL');
      },
    };
  },
});
await target.close();
console.log(`${outcome.status} after ${entries} entries`);
