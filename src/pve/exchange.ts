import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { codeOf } from './connect.ts';
import type { Connection } from './pool.ts';
import { NoAnswer } from './transient.ts';

export interface HttpRequest {
  method: string;
  /** With query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

export interface HttpAnswer {
  status: number;
  reason: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A synchronous call that is proxied ends after 30 s at the node; nothing honest takes as long as this. */
const ANSWER_TIMEOUT = 120_000;

/** One request and its whole answer over one connection. Throws NoAnswer, or the signal's reason. */
export function exchange(
  connection: Connection,
  wanted: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const finish = (end: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(late);
      signal?.removeEventListener('abort', onAbort);
      end();
    };
    const fail = (error: unknown) => finish(() => reject(lost(error)));
    const onAbort = () => {
      const reason = new NoAnswer('ABORTED', true, signal?.reason);
      finish(() => reject(reason));
      outgoing.destroy();
    };
    const outgoing = request({
      agent: connection.agent,
      method: wanted.method,
      path: wanted.path,
      headers: headersOf(connection, wanted),
    });
    const late = setTimeout(() => {
      fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      outgoing.destroy();
    }, ANSWER_TIMEOUT);
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      collect(incoming).then((answer) => finish(() => resolve(answer)), fail);
    });
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    outgoing.end(wanted.body);
  });
}

function headersOf(connection: Connection, wanted: HttpRequest): Record<string, string | number> {
  const headers: Record<string, string | number> = {
    host: connection.host,
    accept: 'application/json',
    ...wanted.headers,
  };
  if (wanted.body === undefined) return headers;
  headers['content-type'] = 'application/x-www-form-urlencoded';
  headers['content-length'] = Buffer.byteLength(wanted.body);
  return headers;
}

function collect(incoming: IncomingMessage): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('error', reject);
    incoming.on('close', () => reject(Object.assign(new Error('cut short'), { code: 'ECONNRESET' })));
    incoming.on('end', () =>
      resolve({
        status: incoming.statusCode ?? 0,
        reason: incoming.statusMessage ?? '',
        headers: incoming.headers,
        body: Buffer.concat(parts).toString('utf8'),
      }),
    );
  });
}

function lost(error: unknown): NoAnswer {
  const code = codeOf(error);
  return new NoAnswer(code === 'EUNKNOWN' ? 'ECONNRESET' : code, code !== 'ESTALE', error);
}
