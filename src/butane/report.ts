import { bytesFromText, textFromBytes } from './byte-text.ts';
import { SPACE } from './go/space.ts';
import { deepestNode, keyNode, type YamlNode } from './yaml/node.ts';

export type EntryKind = 'error' | 'warning' | 'info';

/** Keys and list indexes from the root. */
export type Path = readonly (string | number)[];

export interface ReportEntry {
  kind: EntryKind;
  message: string;
  /** As `$.storage.files.0.mode`; absent for the whole config. */
  path?: string;
  /** 1-based. */
  line?: number;
  /** 1-based, in characters. */
  column?: number;
  /** 1-based column behind the underlined text, in characters. */
  end?: number;
}

/** An entry before its place in the source is looked up. */
export interface Finding {
  kind: EntryKind;
  message: string;
  path: Path;
  /** The last element names a key: the place is the key's, not the value's. */
  atKey?: boolean;
}

/** The list that checks and translations add to. */
export class Findings {
  readonly list: Finding[] = [];

  error(path: Path, message: string | undefined): void {
    if (message !== undefined) this.list.push({ kind: 'error', message, path });
  }

  warn(path: Path, message: string | undefined): void {
    if (message !== undefined) this.list.push({ kind: 'warning', message, path });
  }

  addAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.list.push(finding);
  }

  get fatal(): boolean {
    return this.list.some((finding) => finding.kind === 'error');
  }
}

export function pathText(path: Path): string {
  return path.length === 0 ? '$' : `$.${path.join('.')}`;
}

/** Looks the findings' places up: the deepest part of the path that the source has. */
export function locate(
  findings: readonly Finding[],
  root: YamlNode,
  lines: readonly string[],
): ReportEntry[] {
  return findings.map((finding) => {
    const node = (finding.atKey && keyNode(root, finding.path)) || deepestNode(root, finding.path);
    const entry: ReportEntry = {
      kind: finding.kind,
      message: finding.message,
      line: node.line,
      column: node.column,
    };
    if (finding.path.length > 0) entry.path = pathText(finding.path);
    const underlined = underline(lines[node.line - 1], node.column);
    if (underlined) entry.end = node.column + countCharacters(underlined);
    return entry;
  });
}

function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (text.codePointAt(i)! > 0xffff) count--;
  return count;
}

/** The real tool counts columns in characters but cuts the line by bytes; so does this. */
export function underline(line: string | undefined, column: number): string | undefined {
  if (line === undefined) return undefined;
  const bytes = bytesFromText(line);
  if (column < 1 || column > bytes.length) return undefined;
  const rest = textFromBytes(bytes.subarray(column - 1));
  const space = rest.search(SPACE);
  return space < 0 ? rest : rest.slice(0, space);
}
