import type { Issue } from '../../../errors.ts';
import { isMapping } from '../../shape.ts';
import type { AnswerFile } from '../../yaml.ts';
import { wholeText } from './expression.ts';
import { type Attribute, type Block, type Body, type Expression, HclError, issueAt } from './syntax.ts';

/** As for files of the native syntax. */
const LARGEST = 1024 * 1024;
/** Values within values; evaluating recurses. */
const DEEPEST = 100;

/** How many names stand before a block's body; `locals`, `terraform` and others have none. */
const LABELS: Readonly<Record<string, number>> = {
  module: 1,
  variable: 1,
  provider: 1,
  output: 1,
  resource: 2,
  data: 2,
};

interface Source {
  file: AnswerFile;
  /** Texts of variables' defaults are texts; elsewhere they are templates. */
  plain: boolean;
}

/** Reads one file of Terraform's JSON syntax, or says in one issue why that cannot be. */
export function readJson({ name, text: given }: AnswerFile): { body?: Body; issue?: Issue } {
  const file = { name, text: given.replace(/^\uFEFF/, '') };
  const refuse = (message: string) => ({ issue: issueAt({ file, at: 0 }, message) });
  if (given.length > LARGEST) return refuse('is larger than 1 MiB, which no such Terraform file is');
  let read: unknown;
  try {
    read = JSON.parse(file.text);
  } catch {
    // JSON's own message repeats the text, which may hold a secret.
    return refuse('is not JSON');
  }
  if (!isMapping(read)) return refuse('wants one JSON object, such as {"module": {"edge": { … }}}');
  try {
    const blocks = Object.entries(read).flatMap(([type, value]) =>
      type === '//' ? [] : blocksOf({ type, labels: [], value }, { file, plain: type === 'variable' }),
    );
    return { body: { attributes: [], blocks } };
  } catch (error) {
    if (error instanceof HclError) return refuse(error.message);
    throw error;
  }
}

function blocksOf(
  { type, labels, value }: { type: string; labels: readonly string[]; value: unknown },
  source: Source,
): Block[] {
  if (Array.isArray(value)) return value.flatMap((item) => blocksOf({ type, labels, value: item }, source));
  if (!isMapping(value)) {
    throw new HclError(`${[type, ...labels].join(' ')} wants a JSON object with its arguments`, 0);
  }
  const entries = Object.entries(value).filter(([key]) => key !== '//');
  if (labels.length < (LABELS[type] ?? 0)) {
    return entries.flatMap(([label, inner]) =>
      blocksOf({ type, labels: [...labels, label], value: inner }, source),
    );
  }
  const spot = {
    file: source.file,
    at: Math.max(0, source.file.text.indexOf(JSON.stringify(labels.at(-1) ?? type))),
  };
  const attributes = entries.map(
    ([name, inner]): Attribute => ({ ...spot, name, value: expressionOf(inner, source, 0) }),
  );
  return [{ ...spot, type, labels, body: { attributes, blocks: [] } }];
}

function expressionOf(value: unknown, source: Source, depth: number): Expression {
  if (depth > DEEPEST) throw new HclError(`is nested too deeply (over ${DEEPEST} levels)`, 0);
  const spot = { file: source.file, at: 0, end: 0 };
  if (typeof value === 'string') {
    return source.plain ? { ...spot, kind: 'literal', value } : wholeText(placed(value, source.file));
  }
  if (Array.isArray(value)) {
    return { ...spot, kind: 'list', items: value.map((item) => expressionOf(item, source, depth + 1)) };
  }
  if (isMapping(value)) {
    const entries = Object.entries(value).map(([key, inner]) => ({
      key,
      value: expressionOf(inner, source, depth + 1),
    }));
    return { ...spot, kind: 'object', entries };
  }
  return { ...spot, kind: 'literal', value: value as number | boolean | null };
}

/** The text as a file of its own, as many lines down as it stands in the real one. */
function placed(text: string, { name, text: whole }: AnswerFile): { file: AnswerFile; at: number } {
  const found = Math.max(0, whole.indexOf(JSON.stringify(text)));
  const before = '\n'.repeat(whole.slice(0, found).split('\n').length - 1);
  return { file: { name, text: before + text }, at: before.length };
}
