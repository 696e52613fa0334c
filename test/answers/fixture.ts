import { z } from 'zod';
import type { LoadContext } from '../../src/answers/load.ts';
import { AnswerSecret, secretText } from '../../src/answers/secret-text.ts';
import { clusterAnswers } from '../../src/workflows/cluster/answers.ts';
import type { Workflow } from '../../src/workflows/workflow.ts';

/** Only the schema counts here: nothing in this folder plans. */
function workflow(
  parts: Pick<Workflow, 'id' | 'title' | 'summary' | 'section' | 'many' | 'answers'>,
): Workflow {
  const unused = () => {
    throw new Error('nothing is planned in these tests');
  };
  return {
    ...parts,
    files: () => [],
    probes: () => ({ folders: [], scripts: [] }),
    images: () => [],
    plan: unused,
    destroy: unused,
  };
}

export const clusters = workflow({
  id: 'cluster',
  title: 'Flatcar cluster',
  summary: 'Several guests from one image.',
  section: 'clusters',
  many: true,
  answers: clusterAnswers,
});

/** A single section, with the kinds of fields that clusters do not have. */
export const depot = workflow({
  id: 'depot',
  title: 'Depot',
  summary: 'A section that can be given once.',
  section: 'depot',
  many: false,
  answers: z.strictObject({
    api_key: secretText({ label: 'API key', help: 'Of the depot.' }),
    ratio: z.number().min(0).max(1).default(0.5).meta({ label: 'Ratio' }),
    keys: z
      .array(z.strictObject({ id: z.string(), secret: secretText({ label: 'Secret' }) }))
      .default([])
      .meta({ label: 'Keys' }),
  }),
});

export const workflows: readonly Workflow[] = [clusters, depot];

const FILES: Readonly<Record<string, string>> = {
  key: 'from a file\n',
  crlf: 'two\r\nlines\r\n',
  empty: '\n',
  long: 'x'.repeat(70_000),
};

/** An environment and a folder with secrets, for answers that refer to them. */
export const context: LoadContext = {
  workflows,
  env: { DEPOT_KEY: 'from the environment', BLANK: '' },
  readFile(name) {
    const text = FILES[name];
    if (text === undefined) throw Object.assign(new Error(`no file ${name}`), { code: 'ENOENT' });
    return text;
  },
};

/** JSON in which secrets can be seen, for comparing. */
export function toJson(value: unknown): string {
  const replacer = function (this: Record<string, unknown>, key: string, shown: unknown): unknown {
    const raw = this[key];
    return raw instanceof AnswerSecret ? { secret: raw.reveal(), source: raw.source } : shown;
  };
  return `${JSON.stringify(value, replacer, 2)}\n`;
}
