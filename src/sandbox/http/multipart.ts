import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';

export interface MultipartFile {
  readonly field: string;
  /** As the client sent it, with any folder in front. */
  readonly filename: string;
  readonly path: string;
  readonly size: number;
}
export interface Multipart {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: MultipartFile | undefined;
}

interface Part {
  field: string;
  filename: string | undefined;
  text: Buffer[];
  stream: WriteStream | undefined;
  size: number;
}

const MAX_FIELD = 64 * 1024;

/**
 * Reads a multipart/form-data body as it comes: fields into memory, the one file straight into `path`.
 * Never holds more than a chunk and a boundary of the file in memory.
 */
export async function readMultipart(request: IncomingMessage, path: string): Promise<Multipart> {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Refusal(400, 'multipart upload without boundary');
  const mark = Buffer.from(`\r\n--${boundary}`);
  const fields: Record<string, string> = {};
  let file: MultipartFile | undefined;
  // The first boundary stands without a line break in front of it.
  let rest: Buffer = Buffer.from('\r\n');
  let part: Part | undefined;
  const take = async (bytes: Buffer) => {
    if (!part) return;
    part.size += bytes.length;
    if (part.stream) {
      if (!part.stream.write(bytes)) await once(part.stream, 'drain');
    } else if (part.size <= MAX_FIELD) part.text.push(Buffer.from(bytes));
    else throw new Refusal(400, `multipart field '${part.field}' is too long`);
  };
  const finish = async () => {
    if (!part) return;
    if (part.stream) {
      part.stream.end();
      await once(part.stream, 'finish');
      file = { field: part.field, filename: part.filename ?? '', path, size: part.size };
    } else fields[part.field] = Buffer.concat(part.text).toString('utf8');
    part = undefined;
  };
  for await (const chunk of request as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const at = rest.indexOf(mark);
      if (at < 0) break;
      const head = rest.indexOf('\r\n\r\n', at + mark.length);
      const isLast = rest.subarray(at + mark.length, at + mark.length + 2).toString() === '--';
      if (head < 0 && !isLast) break;
      await take(rest.subarray(0, at));
      await finish();
      if (isLast) {
        rest = Buffer.alloc(0);
        break;
      }
      part = begin(rest.subarray(at + mark.length, head).toString('utf8'), path);
      rest = rest.subarray(head + 4);
    }
    // Whatever could be the start of a boundary waits for the next chunk.
    const safe = rest.indexOf(mark) < 0 ? Math.max(0, rest.length - mark.length) : 0;
    await take(rest.subarray(0, safe));
    rest = rest.subarray(safe);
  }
  if (part) {
    part.stream?.destroy();
    throw new Refusal(400, 'multipart upload ended in the middle');
  }
  return { fields, file };
}

function begin(headers: string, path: string): Part {
  const disposition = /content-disposition:[^\r\n]*/i.exec(headers)?.[0] ?? '';
  const field = /[; ]name="([^"]*)"/i.exec(disposition)?.[1] ?? '';
  const filename = /filename="([^"]*)"/i.exec(disposition)?.[1];
  const stream = filename === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  return { field, filename, text: [], stream, size: 0 };
}
