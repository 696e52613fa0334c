import type { LineCounter } from 'yaml';
import type { Issue } from '../errors.ts';
import type { Section } from '../workflows/workflow.ts';
import { type Path, remarksOf, unknownKey } from './sentences.ts';
import { versionAnswer } from './target.ts';
import { type Branch, treeOf } from './tree.ts';
import { found } from './wanted.ts';
import { wholeSchema } from './whole.ts';
import { type AnswerFile, issueAt, parseYaml } from './yaml.ts';

export interface OpenFile {
  name: string;
  tree: Branch;
  lines: LineCounter;
}

/** One item of a list section, one single section, or (without a workflow) the target. */
export interface Part {
  workflow?: Section;
  /** `clusters.0`, `kea`, `target`. */
  path: string;
  file: OpenFile;
  branch: Branch;
  /** Where a path below stands: its value, its key, or the nearest mapping around what is missing. */
  offsetOf(path: Path, at?: 'key'): number;
}

/** Reads one file as far as a mapping of `version: 1`. */
export function openFile(file: AnswerFile): { file?: OpenFile; issues: Issue[] } {
  const { yaml, issue } = parseYaml(file);
  if (!yaml) return { issues: issue ? [issue] : [] };
  const { tree, faults } = treeOf(yaml);
  if (!tree) return { issues: faults.map((fault) => issueAt(file, fault, yaml.lines)) };
  const open: OpenFile = { name: file.name, tree, lines: yaml.lines };
  const refuse = (message: string, path?: string, offset = tree.at): Issue[] => [
    { message, severity: 'error', ...(path ? { path } : {}), ...placeOf(open, offset) },
  ];
  if (typeof tree.value !== 'object' || tree.value === null || Array.isArray(tree.value)) {
    return {
      issues: refuse(
        `is not an answer file: wants a mapping that begins with "version: 1", found ${found(tree.value)}`,
      ),
    };
  }
  const version = tree.children.get('version');
  if (!version)
    return { file: open, issues: refuse('is missing: wants 1, the version of this format', 'version') };
  const parsed = versionAnswer.safeParse(version.value);
  if (parsed.success) return { file: open, issues: [] };
  const [remark] = remarksOf(parsed.error.issues, { schema: versionAnswer, value: version.value });
  return { issues: refuse(remark?.message ?? 'wants 1', 'version', version.at) };
}

/** Takes a file apart by sections. `before`: the parts of earlier files, which lists are added to. */
export function splitFile(
  file: OpenFile,
  { workflows, before }: { workflows: readonly Section[]; before: readonly Part[] },
): { parts: Part[]; issues: Issue[] } {
  const parts: Part[] = [];
  const issues: Issue[] = [];
  const report = (path: string, message: string, offset: number) =>
    issues.push({ path, message, severity: 'error', ...placeOf(file, offset) });
  for (const [section, branch] of file.tree.children) {
    const workflow = workflows.find((each) => each.section === section);
    const keyAt = branch.keyAt ?? branch.at;
    if (section === 'version') continue;
    if (!workflow && section !== 'target') {
      report(section, unknownKey(section, wholeSchema(workflows)), keyAt);
    } else if (workflow?.many) {
      if (!Array.isArray(branch.value)) {
        report(
          section,
          `wants a list, each item beginning with "- ", found ${found(branch.value)}`,
          branch.at,
        );
        continue;
      }
      const first = before.filter((part) => part.workflow === workflow).length;
      const items = [...branch.children.values()];
      parts.push(
        ...items.map((item, at) =>
          partOf(file, { workflow, branch: item, path: `${section}.${first + at}` }),
        ),
      );
    } else {
      const other = before.find((part) => part.path === section);
      const part = partOf(file, { ...(workflow ? { workflow } : {}), branch, path: section });
      if (other) report(section, `is given already at ${describePlace(other)}; it can be given once`, keyAt);
      else parts.push(part);
    }
  }
  return { parts, issues };
}

export function placeOf(file: OpenFile, offset: number): Required<Pick<Issue, 'file' | 'line' | 'column'>> {
  const { line, col } = file.lines.linePos(offset);
  return { file: file.name, line: Math.max(1, line), column: Math.max(1, col) };
}

/** `b.yaml:3:5`, where the part begins: a section at its key. */
export function describePlace({ file, branch }: Pick<Part, 'file' | 'branch'>): string {
  const { line, column } = placeOf(file, branch.keyAt ?? branch.at);
  return `${file.name}:${line}:${column}`;
}

function partOf(file: OpenFile, part: { workflow?: Section; branch: Branch; path: string }): Part {
  return { ...part, file, offsetOf: (path, at) => offsetOf(part.branch, path, at) };
}

function offsetOf(branch: Branch, path: Path, at?: 'key'): number {
  let here = branch;
  for (const key of path) {
    const next = here.children.get(String(key));
    if (!next) return here.at;
    here = next;
  }
  return at === 'key' ? (here.keyAt ?? here.at) : here.at;
}
