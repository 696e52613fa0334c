/**
 * Text that may hold bytes which are not UTF-8.
 *
 * Configs carry bytes (unit files, SSH keys, `!!binary`) through string fields. Each byte that is not
 * part of valid UTF-8 stands as a lone surrogate U+DC80…U+DCFF, which no valid text contains, so the
 * bytes come back unchanged and every other string function still works.
 */
export function textFromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLenient(bytes);
  }
}

export function bytesFromText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else for (const byte of encoder.encode(char)) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** How many bytes the text has when written out. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else if (code >= 0xd800 && code <= 0xdbff && isLow(text.charCodeAt(i + 1))) {
      length += 2;
      i++;
    } else if (code < 0xdc80 || code > 0xdcff) length += 2;
  }
  return length;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function decodeLenient(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const width = sequenceWidth(bytes, at);
    if (width > 0) {
      at += width;
      continue;
    }
    if (at > start) parts.push(strict.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(0xdc00 + bytes[at]!));
    start = ++at;
  }
  if (at > start) parts.push(strict.decode(bytes.subarray(start, at)));
  return parts.join('');
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
export function sequenceWidth(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const width =
    lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) === 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (width === 0 || at + width > bytes.length) return 0;
  for (let i = 1; i < width; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  return width;
}
