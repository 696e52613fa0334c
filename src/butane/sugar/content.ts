import { gzipSync } from 'node:zlib';
import { goDeflateLength } from '../go/deflate-length.ts';

export interface EncodedContent {
  /** A `data:` URL. */
  source: string;
  /** What to set as the resource's compression; undefined leaves the user's. */
  compression: '' | 'gzip' | undefined;
}

/**
 * Bytes → the shortest of three `data:` URLs: escaped text, base64, gzip in base64. What the user says is
 * compressed already is not compressed again.
 */
export function encodeContent(content: Uint8Array, compression: string | undefined): EncodedContent {
  const given = compression !== undefined && compression !== '';
  const plainLength = 1 + escapedLength(content);
  const base64Length = BASE64.length + base64LengthOf(content.length);
  const shortest = Math.min(plainLength, base64Length);
  if (!given && SMALLEST_GZIP < shortest) {
    const packed = gzip(content);
    if (gzipWins(content, { packed: packed.length, shortest })) {
      return { source: `data:${BASE64}${packed.toString('base64')}`, compression: 'gzip' };
    }
  }
  const source =
    base64Length < plainLength
      ? `data:${BASE64}${Buffer.from(content).toString('base64')}`
      : escapedUrl(content);
  return { source, compression: given ? undefined : '' };
}

/** zlib's tables are cut to the content's size, since making them costs more than packing a small file. */
function gzip(content: Uint8Array): Buffer {
  // deflate's window has 262 bytes that no match may reach.
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(content.length + 262))));
  const memLevel = Math.max(1, windowBits - 6);
  const chunkSize = Math.min(16_384, Math.max(64, content.length));
  return gzipSync(content, { level: 9, windowBits, memLevel, chunkSize });
}

/** Bytes → a `data:` URL of escaped text, however long. */
export function escapedUrl(content: Uint8Array): string {
  return `data:,${percentEscape(content)}`;
}

const BASE64 = ';base64,';

// The real tool weighs the word `gzip` against the URL's length.
const GZIP_FIELD = 'gzip'.length;

// Header, trailer, the empty block that Go ends with, and a block.
const GZIP_FRAME = 10 + 8;
const SMALLEST_GZIP = BASE64.length + base64LengthOf(GZIP_FRAME + 5 + 3) + GZIP_FIELD;

/**
 * Whether Go's compressor, which the real tool uses, would get below `shortest`. It differs from zlib by a few
 * bytes, so only near the border its length is worked out.
 */
function gzipWins(content: Uint8Array, { packed, shortest }: { packed: number; shortest: number }): boolean {
  const wins = (length: number) => BASE64.length + base64LengthOf(length) + GZIP_FIELD < shortest;
  const margin = 48 + packed / 16;
  const surely = wins(packed + margin);
  if (surely || !wins(packed - margin)) return surely;
  return wins(GZIP_FRAME + goDeflateLength(content));
}

function base64LengthOf(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

const ESCAPES = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9\-_.!~*'()]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

const WIDTHS = Uint8Array.from(ESCAPES, (escaped) => escaped.length);

function escapedLength(content: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < content.length; i++) length += WIDTHS[content[i]!]!;
  return length;
}

function percentEscape(content: Uint8Array): string {
  const latin = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  return latin.replace(/[^A-Za-z0-9\-_.!~*'()]/g, (char) => ESCAPES[char.charCodeAt(0)]!);
}
