/** A version as its text reads when written out again; undefined for what is none. */
export function parseSemver(text: string): string | undefined {
  const [beforePlus, metadata] = splitOff(text, '+');
  const [numbers, preRelease] = splitOff(beforePlus, '-');
  const parts = numbers.split('.');
  if (parts.length !== 3 || !isIdentifier(preRelease) || !isIdentifier(metadata)) return undefined;
  const values: string[] = [];
  for (const part of parts) {
    if (!/^[+-]?\d{1,40}$/.test(part)) return undefined;
    const value = BigInt(part.replace('+', ''));
    if (value < -(2n ** 63n) || value >= 2n ** 63n) return undefined;
    values.push(String(value));
  }
  return `${values.join('.')}${preRelease && `-${preRelease}`}${metadata && `+${metadata}`}`;
}

function splitOff(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Dot-separated words of letters, digits and hyphens, or nothing. */
function isIdentifier(text: string): boolean {
  return text === '' || /^[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/.test(text);
}
