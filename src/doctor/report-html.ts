import type { Capability } from './capabilities.ts';
import { type AnyCheck, groups, type Severity } from './check.ts';
import { redact } from './redact.ts';
import { type Finding, summaryOf } from './run.ts';

export interface HtmlReport {
  /** `pve1.lab (9.2.11)`. */
  target: string;
  version: string;
  /** Milliseconds since 1970. */
  time: number;
  capabilities: readonly Capability[];
}

const SIGNS: Readonly<Record<Severity, string>> = { fail: '✗', warn: '!', info: '·', pass: '✓', skip: '–' };
const WORDS: Readonly<Record<Severity, string>> = {
  fail: 'failed',
  warn: 'warnings',
  info: 'remarks',
  pass: 'passed',
  skip: 'skipped',
};
const ORDER = ['fail', 'warn', 'info', 'pass', 'skip'] as const;

/** One page that needs nothing beside it: no script, no font, no picture from elsewhere; without secrets. */
export function reportHtml(
  findings: readonly Finding[],
  checks: readonly AnyCheck[],
  report: HtmlReport,
): string {
  const summary = summaryOf(findings);
  const counts = ORDER.filter((severity) => summary[severity] > 0).map(
    (severity) => `<li class="${severity}"><b>${summary[severity]}</b> ${WORDS[severity]}</li>`,
  );
  const day = new Date(report.time).toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Doctor: ${inert(report.target)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${inert(report.target)}</h1>
<p>proxwright doctor ${inert(report.version)}, ${day} UTC</p>
<ul class="counts">${counts.join('')}</ul>
</header>
<main>
${groups.map((group) => groupHtml(group, findings, checks)).join('')}${ableHtml(report.capabilities)}
</main>
</body>
</html>
`;
}

function groupHtml(group: string, findings: readonly Finding[], checks: readonly AnyCheck[]): string {
  const ids = new Set(checks.filter((check) => check.group === group).map((check) => check.id));
  const mine = findings
    .filter((finding) => ids.has(finding.id))
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  if (mine.length === 0) return '';
  const troubles = mine.filter(
    ({ severity }) => severity === 'fail' || severity === 'warn' || severity === 'info',
  );
  const rest = mine.filter((finding) => !troubles.includes(finding));
  const quiet =
    rest.length === 0
      ? ''
      : `<details><summary>${rest.length} passed or skipped</summary>${rest.map(findingHtml).join('')}</details>`;
  return `<section><h2>${inert(group)}</h2>${troubles.map(findingHtml).join('')}${quiet}</section>\n`;
}

function findingHtml({ id, title, severity, message, fix, url }: Finding): string {
  const link = url ? ` <a href="${inert(url)}" rel="noreferrer">read more</a>` : '';
  return `<article class="${severity}"><h3><span aria-label="${WORDS[severity]}">${SIGNS[severity]}</span> ${inert(title)} <code>${inert(id)}</code></h3><p>${inert(message)}</p>${
    fix
      ? `<p class="fix">${inert(fix.text)}${link}</p>${fix.command ? `<pre>${inert(fix.command)}</pre>` : ''}`
      : ''
  }</article>`;
}

function ableHtml(capabilities: readonly Capability[]): string {
  if (capabilities.length === 0) return '';
  const rows = capabilities.map(({ title, missing, unknown }) => {
    const severity = missing.length > 0 ? 'fail' : unknown.length > 0 ? 'skip' : 'pass';
    const ids = [...missing, ...(missing.length > 0 ? [] : unknown)]
      .map((id) => `<code>${inert(id)}</code>`)
      .join(' ');
    return `<li class="${severity}"><span>${SIGNS[severity]}</span> ${inert(title)} ${ids}</li>`;
  });
  return `<section><h2>what can be done here</h2><ul class="able">${rows.join('')}</ul></section>`;
}

function inert(text: string): string {
  return redact(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root{color-scheme:light dark;--line:#d4d4d8;--dim:#666;--back:#fff;--text:#18181b;--soft:#f4f4f5;--fail:#b91c1c;--warn:#92600a;--pass:#15803d}
@media(prefers-color-scheme:dark){:root{--line:#3f3f46;--dim:#a1a1aa;--back:#18181b;--text:#f4f4f5;--soft:#27272a;--fail:#f87171;--warn:#fbbf24;--pass:#4ade80}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:56rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:0}
header p,.fix{color:var(--dim);margin:.2rem 0}
ul{list-style:none;padding:0}.counts{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}
article{border-left:3px solid var(--line);padding:.3rem 0 .3rem .8rem;margin:.8rem 0}
article p{margin:.2rem 0}
code{font-size:.8rem;color:var(--dim)}
pre{background:var(--soft);padding:.5rem;margin:.3rem 0;overflow-x:auto;white-space:pre-wrap;font-size:.85rem}
article.fail{border-color:var(--fail)}article.warn{border-color:var(--warn)}article.pass{border-color:var(--pass)}
.fail>h3 span,.fail>b,.able .fail span{color:var(--fail)}.warn>h3 span,.warn>b{color:var(--warn)}.pass>h3 span,.pass>b,.able .pass span{color:var(--pass)}
details{margin:.8rem 0}summary{cursor:pointer;color:var(--dim)}
`;
