import type { Issue } from '../../errors.ts';
import type { AnswerFile } from '../yaml.ts';
import type { Scope } from './hcl/evaluate.ts';
import { parseHcl } from './hcl/parse.ts';
import { type Attribute, type Block, type Expression, issueAt } from './hcl/syntax.ts';

/** A folder with Terraform files, read from disk. */
export interface TerraformFiles {
  /** `*.tf`. */
  configs: readonly AnswerFile[];
  /** `terraform.tfvars`, `*.auto.tfvars` and their JSON kinds; later ones win. */
  values: readonly AnswerFile[];
}

/** What the files together say. */
export interface TerraformFolder {
  blocks: readonly Block[];
  /** Arguments outside of blocks in files with values. */
  values: readonly Attribute[];
  scope: Scope;
  issues: readonly Issue[];
}

export function readFolder({ configs, values }: TerraformFiles): TerraformFolder {
  const issues: Issue[] = [];
  const bodies = configs.map((file) => {
    const { body, issue } = parseHcl(file);
    if (issue) issues.push(issue);
    const stray = body?.attributes[0];
    if (stray) issues.push(issueAt(stray, `${stray.name} stands outside of all blocks`));
    return body;
  });
  const blocks = bodies.flatMap((body) => body?.blocks ?? []);
  const given = values.flatMap((file) => {
    if (file.name.endsWith('.json')) return jsonValues(file, issues);
    const { body, issue } = parseHcl(file);
    if (issue) issues.push(issue);
    return body?.attributes ?? [];
  });
  return { blocks, values: given, scope: scopeOf(blocks, given), issues };
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
    const read: unknown = JSON.parse(file.text);
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
