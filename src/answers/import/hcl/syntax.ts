import type { Issue } from '../../../errors.ts';
import type { AnswerFile } from '../../yaml.ts';

/** What HCL that was read consists of. Each node knows its file, so that what is wrong has a place. */
export interface Body {
  attributes: readonly Attribute[];
  blocks: readonly Block[];
}

export interface Attribute extends Spot {
  name: string;
  value: Expression;
}

export interface Block extends Spot {
  type: string;
  labels: readonly string[];
  body: Body;
}

export interface Spot {
  file: AnswerFile;
  /** Offset in the file's text. */
  at: number;
}

export type Expression = Spot & { end: number } & (
    | { kind: 'literal'; value: string | number | boolean | null }
    | { kind: 'template'; parts: readonly (string | Expression)[] }
    | { kind: 'list'; items: readonly Expression[] }
    | { kind: 'object'; entries: readonly { key: string; value: Expression }[] }
    | { kind: 'reference'; path: readonly Step[] }
    | ({ kind: 'loop' } & Loop)
    | { kind: 'sum'; operator: Operator; left: Expression; right: Expression }
    /** What somebody handed in from outside. */
    | { kind: 'known'; value: unknown }
    /** Most functions, conditions, loops: only Terraform itself knows what comes out. */
    | { kind: 'computed' }
  );

/** `[for name in over : value]`, and `{ for index, name in over : key => value }`. */
export interface Loop {
  names: readonly string[];
  over: Expression;
  key?: Expression;
  value: Expression;
}

/** One step of `var.nodes[count.index].name`. */
export type Step = string | number | Expression;

export type Operator = '+' | '-' | '*' | '/' | '%';

/** Thrown within this folder; `parseHcl` makes it an issue. */
export class HclError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Line and column are 1-based; the column counts characters. */
export function placeOf({ file, at }: Spot): Required<Pick<Issue, 'file' | 'line' | 'column'>> {
  const before = file.text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    file: file.name,
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
  };
}

export function issueAt(spot: Spot, message: string): Issue {
  return { message, severity: 'error', ...placeOf(spot) };
}

/** What a module's block says it comes from; undefined where that is no plain text. */
export function sourceTextOf({ body }: Block): string | undefined {
  const source = body.attributes.find(({ name }) => name === 'source')?.value;
  return source?.kind === 'literal' && typeof source.value === 'string' ? source.value : undefined;
}

/** As it stands in the file, on one line. */
export function sourceOf({ file, at, end }: Expression): string {
  return file.text.slice(at, end).trim().replaceAll(/\s+/g, ' ');
}
