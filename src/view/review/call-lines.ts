import { structuredPatch } from 'diff';
import type { Call, StepValue } from '../../plan/step.ts';
import { harmless } from '../text/harmless.ts';

/** A call as lines for people: what is sent, and indented below it with what. Secrets print masked. */
export function callLines(call: Call): string[] {
  if ('argv' in call) return [`${harmless(call.node)}: ${call.argv.map(shown).join(' ')}`];
  if ('file' in call) {
    const lines =
      call.was === undefined ? linesOf(String(call.content)) : changedLines(call.was, String(call.content));
    return [
      `${harmless(call.node)}: write ${harmless(call.file)} (${harmless(call.mode)})`,
      ...lines.map((line) => `  ${harmless(line)}`),
    ];
  }
  const params = Object.entries(call.params ?? {}).filter(([, value]) => value !== undefined);
  const widest = Math.max(0, ...params.map(([name]) => name.length));
  return [
    `${call.method} ${harmless(call.path)}`,
    ...params.map(([name, value]) => `  ${harmless(name).padEnd(widest)}  ${valueText(value)}`.trimEnd()),
    ...changeLines(call).map((line) => `  ${line}`),
  ];
}

/** What a call changes of what is there: `- cores  8` and `+ cores  2`, of long texts only the lines that differ. */
export function changeLines(call: Call): string[] {
  const changes = 'changes' in call ? Object.entries(call.changes ?? {}) : [];
  const widest = Math.max(0, ...changes.map(([name]) => name.length));
  return changes.flatMap(([name, { was, will }]) => {
    const patch = structuredPatch('', '', ended(was), ended(will), '', '', { context: 0 });
    return patch.hunks.flatMap(({ lines }) =>
      lines
        .filter((line) => /^[-+]/.test(line))
        .map((line) => `${line[0]} ${harmless(name).padEnd(widest)}  ${harmless(line.slice(1))}`.trimEnd()),
    );
  });
}

/** Ends in a line feed, so that the last lines are compared as all others. */
function ended(text: string | null): string {
  return text === null || text === '' ? '' : `${text.trimEnd()}\n`;
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** What goes (-) and what comes (+), with three lines around it. */
function changedLines(was: string, content: string): string[] {
  const patch = structuredPatch('', '', `${was}\n`, `${content}\n`, '', '', { context: 3 });
  const hunks = patch.hunks.flatMap((hunk, at) => [...(at > 0 ? ['…'] : []), ...hunk.lines]);
  return hunks.length > 0 ? hunks : ['only what is not shown differs'];
}

/** Any value of a plan on one line; a Secret prints as what may be shown of it. */
function valueText(value: StepValue): string {
  if (typeof value === 'string') return harmless(value);
  if (value === undefined || value === null) return '';
  if (typeof value === 'object' && !isSecret(value)) return harmless(JSON.stringify(value));
  return harmless(String(value));
}

/** For reading only: shows where one argument ends. Never run by a shell. */
function shown(argument: string): string {
  const text = harmless(argument);
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function isSecret(value: object): boolean {
  return 'shown' in value && 'reveal' in value;
}
