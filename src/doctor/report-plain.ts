import type { Capability } from './capabilities.ts';
import { type AnyCheck, groups, type Severity } from './check.ts';
import { countsOf, countWords } from './figures.ts';
import type { Finding } from './run.ts';

export interface PlainReport {
  ascii: boolean;
  /** What passed and what was skipped, too. */
  all: boolean;
  capabilities: readonly Capability[];
}

const SIGNS: Readonly<Record<Severity, readonly [string, string]>> = {
  pass: ['✓', '+'],
  info: ['·', '.'],
  warn: ['!', '!'],
  fail: ['✗', 'x'],
  skip: ['-', '-'],
};

/** The report in lines for people: troubles in full, the rest in figures; then what can be done here. */
export function plainReport(
  findings: readonly Finding[],
  checks: readonly AnyCheck[],
  { ascii, all, capabilities }: PlainReport,
): string[] {
  const sign = (severity: Severity): string => SIGNS[severity][ascii ? 1 : 0];
  const lines = groups.flatMap((group) => {
    const ids = new Set(checks.filter((check) => check.group === group).map((check) => check.id));
    const mine = findings.filter((finding) => ids.has(finding.id));
    if (mine.length === 0) return [];
    const shown = mine.filter(({ severity }) => all || !['pass', 'skip'].includes(severity));
    return [`${group}: ${figures(mine)}`, ...shown.flatMap((finding) => findingLines(finding, sign)), ''];
  });
  const able = capabilities.map(({ title, missing, unknown }) => {
    if (missing.length > 0) return `${sign('fail')} ${title}: see ${missing.join(', ')}`;
    return unknown.length > 0
      ? `${sign('skip')} ${title}: not all could be looked at (${unknown.join(', ')})`
      : `${sign('pass')} ${title}`;
  });
  const text = [
    ...lines,
    ...(able.length > 0 ? ['what can be done here', ...able.map((line) => `  ${line}`), ''] : []),
    figures(findings),
  ];
  return ascii ? text.map(asciiOf) : text;
}

function findingLines(
  { id, severity, message, fix, url }: Finding,
  sign: (severity: Severity) => string,
): string[] {
  return [
    `  ${sign(severity)} ${id}  ${message}`,
    ...(fix ? [`      → ${fix.text}`] : []),
    ...(fix?.command ? [`        ${fix.command}`] : []),
    ...(url && (severity === 'warn' || severity === 'fail') ? [`        ${url}`] : []),
  ];
}

/** `3 passed, 1 warning, 2 skipped`; what there is none of is not told. */
export function figures(findings: readonly Finding[]): string {
  return countWords(countsOf(findings)) || 'nothing to look at';
}

function asciiOf(line: string): string {
  return line
    .replaceAll('→', '->')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?');
}
