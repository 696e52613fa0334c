/** One character that Go takes for white space (JavaScript's `\s` also takes the byte order mark). */
export const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

const EDGES = new RegExp(`^${SPACE.source}+|${SPACE.source}+$`, 'g');

export function trimSpace(text: string): string {
  return text.replace(EDGES, '');
}
