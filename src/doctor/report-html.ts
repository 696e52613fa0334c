import type { Capability } from './capabilities.ts';
import { type AnyCheck, groups, type Severity } from './check.ts';
import { redact } from './redact.ts';
import { reportStyle } from './report-style.ts';
import { type Finding, summaryOf } from './run.ts';

export interface HtmlReport {
  /** `pve1.lab (9.2.11)`. */
  target: string;
  version: string;
  /** Milliseconds since 1970. */
  time: number;
  capabilities: readonly Capability[];
}

const SIGNS: Readonly<Record<Severity, string>> = { fail: '✗', warn: '!', info: 'i', pass: '✓', skip: '–' };
/** Of one, and of several. */
const WORDS: Readonly<Record<Severity, readonly [string, string]>> = {
  fail: ['failed', 'failed'],
  warn: ['warning', 'warnings'],
  info: ['remark', 'remarks'],
  pass: ['passed', 'passed'],
  skip: ['skipped', 'skipped'],
};
const ORDER = ['fail', 'warn', 'info', 'pass', 'skip'] as const;

/** One page that needs nothing beside it: no script, no font, no picture from elsewhere; without secrets. */
export function reportHtml(
  findings: readonly Finding[],
  checks: readonly AnyCheck[],
  report: HtmlReport,
): string {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const all = findings.map((finding) => ({ ...finding, check: byId.get(finding.id) }));
  const of = (...wanted: Severity[]): Shown[] =>
    wanted.flatMap((severity) => all.filter((finding) => finding.severity === severity));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Doctor: ${inert(report.target)}</title>
<link rel="icon" href="data:,">
<style>${reportStyle}</style>
</head>
<body>
${headHtml(findings, report)}
<main>
${sectionHtml('To mend', of('fail', 'warn').map(findingHtml))}${sectionHtml('Remarks', of('info').map(findingHtml))}${ableHtml(report.capabilities)}${sectionHtml(
  'All checks',
  groups.map((group) => groupHtml(group, all)),
)}
</main>
</body>
</html>
`;
}

type Shown = Finding & { check: AnyCheck | undefined };

function headHtml(findings: readonly Finding[], { target, version, time }: HtmlReport): string {
  const summary = summaryOf(findings);
  const counts = ORDER.filter((severity) => summary[severity] > 0).map(
    (severity) =>
      `<li class="${severity}">${badge(severity)}<b>${summary[severity]}</b> ${WORDS[severity][summary[severity] === 1 ? 0 : 1]}</li>`,
  );
  const day = new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  const worst = summary.fail > 0 ? 'fail' : summary.warn > 0 ? 'warn' : 'pass';
  const sentence = {
    fail: 'Something is wrong here, and keeps work from being done.',
    warn: 'Works, but some of it wants a look.',
    pass: 'All is well.',
  }[worst];
  return `<header>
<p class="kind">Doctor's report</p>
<h1>${inert(target)}</h1>
<p class="verdict ${worst}">${sentence}</p>
<ul class="counts">${counts.join('')}</ul>
<p class="made">proxwright ${inert(version)} · <time>${day} UTC</time></p>
</header>`;
}

function sectionHtml(title: string, parts: readonly string[]): string {
  const content = parts.join('');
  return content === '' ? '' : `<section><h2>${title}</h2>${content}</section>\n`;
}

function findingHtml({ id, title, severity, message, fix, url, check }: Shown): string {
  const link = url ? ` <a href="${inert(url)}" rel="noreferrer">Read more</a>` : '';
  const mend = fix
    ? `<div class="fix"><p><b>To do:</b> ${inert(fix.text)}.${link}</p>${fix.command ? `<pre><code>${inert(fix.command)}</code></pre>` : ''}</div>`
    : link && `<p>${link}</p>`;
  const why = check ? `<p class="why">${inert(check.why)}</p>` : '';
  return `<article class="${severity}"><h3>${badge(severity)}${inert(title)}</h3><p class="id"><code>${inert(id)}</code>${check ? ` · ${inert(check.group)}` : ''}</p><p class="what">${inert(message)}</p>${why}${mend}</article>`;
}

/** What a group has been looked at for, in one line each. */
function groupHtml(group: string, all: readonly Shown[]): string {
  const mine = all
    .filter(({ check }) => check?.group === group)
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  if (mine.length === 0) return '';
  const rows = mine.map(
    ({ severity, id, title, message }) =>
      `<li class="${severity}">${badge(severity)}<div><b>${inert(title)}</b> <code>${inert(id)}</code><br>${inert(message)}</div></li>`,
  );
  const summary = summaryOf(mine);
  const counts = ORDER.filter((severity) => summary[severity] > 0).map(
    (severity) => `${summary[severity]} ${WORDS[severity][summary[severity] === 1 ? 0 : 1]}`,
  );
  return `<details><summary><b>${inert(group)}</b> <span>${counts.join(', ')}</span></summary><ul class="rows">${rows.join('')}</ul></details>`;
}

function ableHtml(capabilities: readonly Capability[]): string {
  const rows = capabilities.map(({ title, missing, unknown }) => {
    const severity = missing.length > 0 ? 'fail' : unknown.length > 0 ? 'skip' : 'pass';
    const ids = (missing.length > 0 ? missing : unknown).map((id) => `<code>${inert(id)}</code>`).join(' ');
    const note =
      severity === 'pass'
        ? 'ready'
        : severity === 'fail'
          ? `in the way: ${ids}`
          : `not all could be looked at: ${ids}`;
    return `<li class="${severity}">${badge(severity)}<div><b>${inert(title)}</b><br>${note}</div></li>`;
  });
  return sectionHtml(
    'What can be done here',
    rows.length === 0 ? [] : [`<ul class="rows able">${rows.join('')}</ul>`],
  );
}

function badge(severity: Severity): string {
  return `<span class="badge" role="img" aria-label="${WORDS[severity][0]}">${SIGNS[severity]}</span>`;
}

function inert(text: string): string {
  return redact(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
