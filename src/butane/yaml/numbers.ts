/** A number as Go's strconv reads it: integers of 64 bits (as a bigint where a number would round). */
export type GoInteger = number | bigint;

const PREFIXES: Record<string, number> = { x: 16, o: 8, b: 2 };
const DIGITS: Record<number, RegExp> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-fA-F]+$/ };

/**
 * Reads an integer with an optional sign; base 0 means that a prefix (`0x`, `0o`, `0b`, or `0` for octal)
 * decides. Undefined when it is none or does not fit 64 bits.
 */
export function parseInteger(text: string, base: 0 | 2 | 8): bigint | undefined {
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  const value = parseMagnitude(digits, base);
  if (value === undefined) return undefined;
  const signed = negative ? -value : value;
  return signed >= MIN && signed <= MAX ? signed : undefined;
}

/** Like parseInteger, but without a sign and up to 2^64-1. */
export function parseUnsigned(text: string, base: 0 | 2 | 8): bigint | undefined {
  const value = parseMagnitude(text, base);
  return value !== undefined && value <= MAX_UNSIGNED ? value : undefined;
}

/** Reads what yaml.v3 takes for a float; undefined when it is none or too large for a double. */
export function parseFloat64(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A number where that is exact. */
export function goInteger(value: bigint): GoInteger {
  return value >= MIN_SAFE && value <= MAX_SAFE ? Number(value) : value;
}

/** A float cut to an integer as Go does on amd64, where what does not fit becomes the smallest one. */
export function truncate(value: number): GoInteger {
  if (value >= -0x8000_0000_0000_0000 && value < 0x8000_0000_0000_0000) {
    return goInteger(BigInt(Math.trunc(value)));
  }
  return MIN;
}

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const MAX_UNSIGNED = 2n ** 64n - 1n;
const MIN_SAFE = BigInt(Number.MIN_SAFE_INTEGER);
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

// Longer ones cannot fit 64 bits unless they are padded with zeros.
const LONGEST = 200;

function parseMagnitude(text: string, base: 0 | 2 | 8): bigint | undefined {
  let digits = text;
  let radix: number = base;
  if (base === 0) {
    const prefix = text.startsWith('0') ? PREFIXES[text.charAt(1).toLowerCase()] : undefined;
    if (prefix !== undefined) {
      radix = prefix;
      digits = text.slice(2);
    } else if (text.length > 1 && text.startsWith('0')) {
      radix = 8;
      digits = text.slice(1);
    } else {
      radix = 10;
    }
  }
  if (digits.length > LONGEST) digits = digits.replace(/^0+(?=.)/, '');
  if (digits.length > LONGEST || !DIGITS[radix]!.test(digits)) return undefined;
  const marks: Record<number, string> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
  return BigInt(marks[radix] + digits);
}
