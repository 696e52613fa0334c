import type { Issue } from '../../errors.ts';
import type { AnswerFile } from '../yaml.ts';
import type { Scope } from './hcl/evaluate.ts';
import { readJson } from './hcl/json.ts';
import { parseHcl } from './hcl/parse.ts';
import { type Attribute, type Block, type Body, type Expression, issueAt, placeOf } from './hcl/syntax.ts';

/** A folder with Terraform files, read from disk. */
export interface TerraformFiles {
  /** `*.tf` and `*.tf.json`. */
  configs: readonly AnswerFile[];
  /** `terraform.tfvars`, `*.auto.tfvars` and their JSON kinds; later ones win. */
  values: readonly AnswerFile[];
  /** Names of files with values that count only where they are named. */
  unread?: readonly string[];
}

/** What the files together say. */
export interface TerraformFolder {
  blocks: readonly Block[];
  /** Arguments outside of blocks in files with values. */
  values: readonly Attribute[];
  scope: Scope;
  issues: readonly Issue[];
  /** Comment lines about values that are for nothing here. */
  remarks: readonly string[];
}

/** `given` are the arguments of the block that the folder is called by, for a module's folder. */
export function readFolder(
  { configs, values, unread = [] }: TerraformFiles,
  given?: readonly Attribute[],
): TerraformFolder {
  const issues: Issue[] = [];
  const read = (file: AnswerFile): { body?: Body; issue?: Issue } => {
    const found = file.name.endsWith('.tf.json') ? readJson(file) : parseHcl(file);
    if (found.issue) issues.push(found.issue);
    const stray = found.body?.attributes[0];
    if (stray) issues.push(issueAt(stray, `${stray.name} stands outside of all blocks`));
    return found;
  };
  const blocksOf = (files: readonly AnswerFile[]) => files.flatMap((file) => read(file).body?.blocks ?? []);
  const blocks = overridden(
    blocksOf(configs.filter((file) => !isOverride(file))),
    blocksOf(configs.filter(isOverride)),
  );
  const fromFiles = values.flatMap((file) => {
    if (file.name.endsWith('.json')) return jsonValues(file, issues);
    const { body, issue } = parseHcl(file);
    if (issue) issues.push(issue);
    return body?.attributes ?? [];
  });
  const scope = scopeOf(blocks, given ?? fromFiles);
  const forNothing = fromFiles.filter(({ name }) => !scope.variables.has(name)).slice(0, MOST_REMARKS);
  const remarks = [
    ...unread.map((name) => `${name}: is not read; to have its values: import terraform ${name}`),
    ...forNothing.map((attribute) => {
      const { file, line } = placeOf(attribute);
      return `${attribute.name} (${file}:${line}): has a value there, but no variable of that name is declared`;
    }),
  ];
  return { blocks, values: fromFiles, scope, issues, remarks };
}

const MOST_REMARKS = 50;

/** Files whose blocks change those of the others. */
function isOverride({ name }: AnswerFile): boolean {
  return /(^|[/_])override\.tf(\.json)?$/.test(name);
}

/** Each argument of an override counts instead of that of the block with its name; one without such a block stays. */
function overridden(blocks: readonly Block[], overrides: readonly Block[]): readonly Block[] {
  const all = [...blocks];
  for (const override of overrides) {
    const names = override.body.attributes.map(({ name }) => name);
    const at = all.findIndex(
      (block) =>
        block.type === override.type &&
        block.labels.join('.') === override.labels.join('.') &&
        (block.type !== 'locals' || block.body.attributes.some(({ name }) => names.includes(name))),
    );
    const block = all[at];
    if (!block) all.push(override);
    else {
      const kept = block.body.attributes.filter(({ name }) => !names.includes(name));
      all[at] = { ...block, body: { ...block.body, attributes: [...kept, ...override.body.attributes] } };
    }
  }
  return all;
}

function scopeOf(blocks: readonly Block[], given: readonly Attribute[]): Scope {
  const values = new Map(given.map(({ name, value }) => [name, value]));
  const variables = blocks
    .filter((block) => block.type === 'variable')
    .map(({ labels: [name = ''], body }) => {
      const argument = (key: string) => body.attributes.find((attribute) => attribute.name === key)?.value;
      const sensitive = argument('sensitive');
      // An expression is taken for true: it is the safe side.
      const isSensitive = sensitive !== undefined && !(sensitive.kind === 'literal' && !sensitive.value);
      return [name, { value: values.get(name) ?? argument('default'), sensitive: isSensitive }] as const;
    });
  const locals = blocks.filter((block) => block.type === 'locals').flatMap(({ body }) => body.attributes);
  return {
    variables: new Map(variables),
    locals: new Map(locals.map((attribute) => [attribute.name, attribute])),
  };
}

/** Nothing in JSON is looked up: Terraform does not either in files with values. */
function jsonValues(file: AnswerFile, issues: Issue[]): Attribute[] {
  const spot = { file, at: 0 };
  try {
    const read: unknown = JSON.parse(file.text.replace(/^\uFEFF/, ''));
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
      return Object.entries(read).map(([name, value]) => ({ ...spot, name, value: ofJson(value, file) }));
    }
    issues.push(issueAt(spot, 'wants one JSON object with names and values'));
  } catch {
    // JSON's own message repeats the text, which may hold a secret.
    issues.push(issueAt(spot, 'is not JSON'));
  }
  return [];
}

function ofJson(value: unknown, file: AnswerFile): Expression {
  const spot = { file, at: 0, end: 0 };
  if (Array.isArray(value)) return { ...spot, kind: 'list', items: value.map((item) => ofJson(item, file)) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => ({ key, value: ofJson(entry, file) }));
    return { ...spot, kind: 'object', entries };
  }
  return { ...spot, kind: 'literal', value: value as string | number | boolean | null };
}
