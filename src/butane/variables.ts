import type { Issue } from '../errors.ts';

export interface FillOptions {
  /** Name → what stands for `${name}`. */
  vars: Readonly<Record<string, string>>;
  /** The source's name in issues. */
  file?: string;
}

export interface FilledText {
  text: string;
  /** Names without a value, and openings that are no variable; the text keeps those as they are. */
  issues: Issue[];
}

/**
 * Puts values in place of `${name}` in a config's source. `$${` stands for a literal `${`, which scripts
 * inside a config need.
 */
export function fillVariables(source: string, { vars, file }: FillOptions): FilledText {
  const issues: Issue[] = [];
  const text = source.replace(PATTERN, (found, name: string | undefined, at: number) => {
    if (found.startsWith('$$')) return found.slice(1);
    if (name !== undefined && Object.hasOwn(vars, name)) return vars[name]!;
    issues.push({
      message: name === undefined ? malformed() : unknown(name, vars),
      severity: 'error',
      ...(file !== undefined && { file }),
      ...placeAt(source, at),
    });
    return found;
  });
  return { text, issues };
}

// Escaped, a variable, or an opening that is neither.
const PATTERN = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

const ESCAPE_HINT = 'write $$\u007b where a literal $\u007b is meant';

function malformed(): string {
  return `'$\u007b' does not start a variable; ${ESCAPE_HINT}`;
}

function unknown(name: string, vars: Readonly<Record<string, string>>): string {
  const known = Object.keys(vars).map(reference);
  const list = known.length === 0 ? 'there are no variables here' : `known are ${known.join(', ')}`;
  return `unknown variable ${reference(name)}: ${list}; ${ESCAPE_HINT}`;
}

function reference(name: string): string {
  return `$\u007b${name}}`;
}

function placeAt(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
}
