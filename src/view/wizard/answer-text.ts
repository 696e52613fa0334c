import { harmless } from '../text/harmless.ts';
import type { Choice, Question } from './question.ts';

/** An answer as it stands beside its question: short, on one line, secrets hidden. */
export function answerText(question: Question, value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  switch (question.kind) {
    case 'secret':
      return 'set';
    case 'toggle':
      return value === true ? 'yes' : 'no';
    case 'list':
      return Array.isArray(value) ? value.map((item) => itemText(question, item)).join(', ') : '';
    case 'group':
      return typeof value === 'object' ? groupText(question, value as Record<string, unknown>) : '';
    default:
      return Array.isArray(value)
        ? value.map((one) => labelOf(question, one)).join(', ')
        : labelOf(question, value) + (question.unit ? ` ${question.unit}` : '');
  }
}

/** One line for an item of a list. */
export function itemText(question: Question, item: unknown): string {
  const fields = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  if (Object.keys(fields).length === 0) return 'not filled in yet';
  const text = question.summary?.(fields) ?? groupText(question, fields);
  return harmless(text) || 'not filled in yet';
}

/** What stands in the input line for a stored answer. */
export function typedText(question: Question, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (question.kind === 'texts' && Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export type Parsed = { value: unknown } | { problem: string };

/** What a typed line means for its question; an empty line means no answer. */
export function parseTyped(question: Question, text: string): Parsed {
  // Blanks at the ends of a password may be meant.
  const typed = question.kind === 'secret' ? text : text.trim();
  if (typed === '') {
    return question.required ? { problem: `${question.label} is needed.` } : { value: undefined };
  }
  if (question.kind === 'texts') {
    const parts = typed.split(',').map((part) => part.trim());
    return { value: parts.filter(Boolean) };
  }
  if (question.kind !== 'number') return { value: chosenValue(question, typed) };
  const number = Number(typed.replace(/\s/g, ''));
  return Number.isFinite(number)
    ? { value: number }
    : {
        problem: `"${typed}" is not a number${question.example ? `; for example ${question.example}` : ''}.`,
      };
}

/** Text typed in place of a choice means that choice where it names one: ids are numbers. */
function chosenValue(question: Question, typed: string): unknown {
  return question.choices?.find((choice) => String(choice.value) === typed)?.value ?? typed;
}

function labelOf(question: Question, value: unknown): string {
  const choice = question.choices?.find((one: Choice) => one.value === value);
  return harmless(choice?.label ?? (typeof value === 'object' ? JSON.stringify(value) : String(value)));
}

function groupText(question: Question, fields: Record<string, unknown>): string {
  return (question.questions ?? [])
    .map((inner) => answerText(inner, fields[inner.key]))
    .filter(Boolean)
    .slice(0, 3)
    .join(' ');
}
