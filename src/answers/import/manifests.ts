import type { Issue } from '../../errors.ts';
import { isMapping } from '../shape.ts';
import { treeOf } from '../tree.ts';
import { type AnswerFile, issueAt, parseYaml } from '../yaml.ts';

/** One object of Kubernetes in a file. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  name: string;
  namespace: string;
  /** As it stands there, without Kubernetes' defaults. */
  value: Record<string, unknown>;
  place: Required<Pick<Issue, 'file' | 'line' | 'column'>>;
}

/** 1 MiB: some thousand objects. */
const LARGEST = 1024 * 1024;
/** Objects in one file; each is parsed by itself. */
const MOST_DOCUMENTS = 1000;

/** Reads files of YAML documents; `List` objects are taken apart. Empty documents count for nothing. */
export function readManifests(files: readonly AnswerFile[]): { manifests: Manifest[]; issues: Issue[] } {
  const manifests: Manifest[] = [];
  const issues: Issue[] = [];
  for (const file of files) {
    const documents = file.text.length > LARGEST ? [] : documentsOf(file.text);
    const refuse = (message: string) =>
      issues.push({ message, severity: 'error', file: file.name, line: 1, column: 1 });
    if (file.text.length > LARGEST) refuse('is larger than 1 MiB, which no such manifest is');
    else if (documents.length > MOST_DOCUMENTS) refuse(`has over ${MOST_DOCUMENTS} YAML documents`);
    else if (documents.length === 0) refuse('is empty; a manifest begins with "apiVersion:"');
    else for (const document of documents) readDocument(file.name, document, { manifests, issues });
  }
  return { manifests, issues };
}

interface Text {
  text: string;
  /** Lines before it. */
  before: number;
}

/** Markers stand at the beginning of their line, whatever is around them. */
function documentsOf(text: string): Text[] {
  const documents: Text[] = [];
  let from = 0;
  let before = 0;
  const lines = (part: string) => part.split('\n').length - 1;
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    documents.push({ text: text.slice(from, marker.index), before });
    before += lines(text.slice(from, marker.index));
    from = marker.index + 3;
  }
  documents.push({ text: text.slice(from), before });
  // Before the first marker there may be directives such as %YAML.
  return documents.filter((document) => /^[^\S\n]*[^\s#%]/m.test(document.text));
}

function readDocument(
  name: string,
  { text, before }: Text,
  { manifests, issues }: { manifests: Manifest[]; issues: Issue[] },
): void {
  const shifted = (issue: Issue): Issue => ({ ...issue, line: (issue.line ?? 1) + before });
  const { yaml, issue } = parseYaml({ name, text });
  const { tree, faults } = yaml ? treeOf(yaml) : { faults: [] };
  if (!yaml || !tree) {
    const template = templateIssue(name, text);
    const own = yaml
      ? faults.map((fault) => issueAt({ name, text }, fault, yaml.lines))
      : issue
        ? [issue]
        : [];
    issues.push(...(template ? [template] : own).map(shifted));
    return;
  }
  const add = (value: unknown, at: number) => {
    const { line = 1, column = 1 } = shifted(
      issueAt({ name, text }, { message: '', offset: at }, yaml.lines),
    );
    const place = { file: name, line, column };
    const manifest = manifestOf(value, place);
    if (manifest) manifests.push(manifest);
    else issues.push({ message: 'wants apiVersion, kind and metadata.name', severity: 'error', ...place });
  };
  const items = tree.children.get('items');
  const isList = isMapping(tree.value) && /List$/.test(String(tree.value.kind));
  if (isList && items) for (const child of items.children.values()) add(child.value, child.at);
  else add(tree.value, tree.at);
}

/** Where it is no YAML before a program has filled it in, that is what has to be said. */
function templateIssue(name: string, text: string): Issue | undefined {
  const at = text.indexOf('{{');
  if (at < 0) return undefined;
  const before = text.slice(0, at).split('\n');
  return {
    message: 'is a template; give what comes out of it, for instance of helm template',
    severity: 'error',
    file: name,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  };
}

function manifestOf(value: unknown, place: Manifest['place']): Manifest | undefined {
  if (!isMapping(value) || !isMapping(value.metadata)) return undefined;
  const { apiVersion, kind, metadata } = value;
  const name = metadata.name ?? metadata.generateName;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string')
    return undefined;
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
  return { apiVersion, kind, name, namespace, value, place };
}
