import { stripVTControlCharacters } from 'node:util';

/**
 * Makes a text from elsewhere (guest names, task logs, error messages) safe to print as one line: escape
 * sequences go, line breaks and tabs become spaces, and what would move the cursor or turn the reading
 * direction becomes `?`.
 */
export function harmless(text: string): string {
  if (printable.test(text)) return text;
  return stripVTControlCharacters(text).toWellFormed().replace(breaks, ' ').replace(dangerous, '?');
}

const printable = /^[\x20-\x7e]*$/;
const breaks = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
// C0, DEL, C1; zero-width space and byte-order mark; bidirectional marks, embeddings, overrides, isolates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const dangerous = /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
