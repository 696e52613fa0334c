import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';
import type { RawValues } from '../schema/check.ts';

/** pveproxy takes this much in a body that is no upload. */
const MAX_BODY = 512 * 1024;

/** Reads a form or JSON body into named values. A form name that comes again is a list. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY): Promise<RawValues> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw new Refusal(413, `for data too large`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Refusal(413, 'for data too large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  return /^application\/json/i.test(request.headers['content-type'] ?? '')
    ? readJsonBody(text)
    : readForm(text);
}

/** Values of a query or a form body. */
export function readForm(text: string): RawValues {
  const values: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = values[name];
    values[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return values;
}

function readJsonBody(text: string): RawValues {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RawValues;
  } catch {
    // Falls through to the refusal: which character is wrong helps nobody who sends JSON by a library.
  }
  throw new Refusal(400, 'unable to parse body as JSON object');
}
