/** The catalogue: every file of assets/catalogue, checked. */
import { closest } from 'fastest-levenshtein';
import { LineCounter, parseDocument } from 'yaml';
import { listAssets, readAsset } from '../assets.ts';
import { AnswersError, type Issue, UsageError } from '../errors.ts';
import { type CatalogueEntry, catalogueEntry } from './entry.ts';

let bundled: CatalogueEntry[] | undefined;

/** The bundled images, by id. Throws AnswersError with every fault of every file (file, line, path). */
export function loadCatalogue(): CatalogueEntry[] {
  bundled ??= parseCatalogue(
    listAssets('catalogue')
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => ({ file: `assets/catalogue/${name}`, text: readAsset(`catalogue/${name}`) })),
  );
  return bundled;
}

/** Catalogue files, as texts, into entries sorted by id. */
export function parseCatalogue(files: readonly { file: string; text: string }[]): CatalogueEntry[] {
  const issues: Issue[] = [];
  const entries = new Map<string, CatalogueEntry>();
  for (const source of files) {
    const entry = parseEntry(source, issues);
    if (!entry) continue;
    if (entries.has(entry.id))
      issues.push(fault(source.file, `id ${entry.id} is taken by another file`, 'id'));
    entries.set(entry.id, entry);
  }
  if (issues.length > 0) throw new AnswersError(issues, { fix: 'correct the catalogue files' });
  return [...entries.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** The entry of an id. Throws UsageError with the nearest id. */
export function findImage(id: string, entries: readonly CatalogueEntry[] = loadCatalogue()): CatalogueEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found) return found;
  const ids = entries.map((entry) => entry.id);
  throw new UsageError(`there is no image "${id}" in the catalogue`, {
    why: `it has ${ids.join(', ')}`,
    fix:
      ids.length > 0
        ? `did you mean ${closest(id, ids)}? Or give a url and a checksum`
        : 'give a url and a checksum',
  });
}

function parseEntry(source: { file: string; text: string }, issues: Issue[]): CatalogueEntry | undefined {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const at = lines.linePos(error.pos[0]);
    issues.push({ ...fault(source.file, error.message), line: at.line, column: at.col });
  }
  if (document.errors.length > 0) return undefined;
  const result = catalogueEntry.safeParse(document.toJS());
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const node: unknown = document.getIn(issue.path, true);
    const range = isRanged(node) ? node.range : undefined;
    const at = range ? lines.linePos(range[0]) : undefined;
    issues.push({
      ...fault(source.file, issue.message, issue.path.join('.')),
      ...(at && { line: at.line, column: at.col }),
    });
  }
  return undefined;
}

function fault(file: string, message: string, path?: string): Issue {
  return { message, severity: 'error', file, ...(path && { path }) };
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
