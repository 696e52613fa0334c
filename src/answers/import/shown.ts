import { isSecretName, Opaque } from './opaque.ts';

/** Longer values are cut in comments. */
const WIDEST = 100;

/** A value as a comment shows it: on one line, cut if long, with what is secret or computed in its own words. */
export function shown(value: unknown): string {
  const text = value instanceof Opaque ? wordsOf(value) : inJson(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a comment ends with its line
  const line = text.replaceAll(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, ' ');
  return [...line].length > WIDEST ? `${[...line].slice(0, WIDEST - 1).join('')}…` : line;
}

function inJson(value: unknown): string {
  const replacer = (key: string, each: unknown) => {
    if (isSecretName(key)) return '‹a secret›';
    return each instanceof Opaque ? `‹${wordsOf(each)}›` : each;
  };
  return JSON.stringify(value, replacer) ?? 'nothing';
}

/** An expression may hold a secret as a text of its own. */
function wordsOf({ why, text }: Opaque): string {
  return why !== 'secret' && isSecretName(text) ? 'an expression about a secret' : text;
}
