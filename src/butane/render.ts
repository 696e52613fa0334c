import { byteLength } from './byte-text.ts';
import { type ReportEntry, underline } from './report.ts';

/** How reports look: the source's lines around each place, or one line per entry (`--raw-errors`). */
export function renderReport(
  entries: readonly ReportEntry[],
  options: { lines: readonly string[]; fileName: string; classic: boolean },
): string {
  if (entries.length === 0) return '';
  if (options.classic) return entries.map(classicLine).join('');
  return entries.map((entry) => prettyEntry(entry, options.lines, options.fileName)).join('\n');
}

// Lines shown before and after the one in question.
const CONTEXT = 2;

function classicLine(entry: ReportEntry): string {
  const place = entry.line === undefined ? undefined : `line ${entry.line} col ${entry.column}`;
  const where = [entry.path, place].filter((part) => part !== undefined).join(', ');
  return `${entry.kind}${where ? ` at ${where}` : ''}: ${entry.message}\n`;
}

function prettyEntry(entry: ReportEntry, lines: readonly string[], fileName: string): string {
  const { line, column } = entry;
  const source = line === undefined ? undefined : lines[line - 1];
  const underlined = column === undefined ? undefined : underline(source, column);
  if (line === undefined || column === undefined || underlined === undefined) return classicLine(entry);

  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const width = String(last).length;
  const empty = ` ${' '.repeat(width)} |`;
  const out = [
    `${entry.kind}${entry.path === undefined ? '' : `[${entry.path}]`}:`,
    `  --> ${fileName}:${line}:${column}`,
    empty,
  ];
  for (let number = first; number <= last; number++) {
    out.push(` ${String(number).padStart(width)} | ${lines[number - 1]}`);
    if (number === line) {
      const carets = '^'.repeat(byteLength(underlined));
      out.push(`${empty} ${' '.repeat(column - 1)}${carets} ${entry.message}`);
    }
  }
  out.push(empty);
  return `${out.join('\n')}\n`;
}
