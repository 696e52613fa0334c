import type { ServerResponse } from 'node:http';
import { Reply } from '../api/route.ts';
import { Refusal } from '../refusal.ts';

/** pveproxy closes a connection after this many requests. */
export const REQUESTS_PER_CONNECTION = 100;

export interface Style {
  /** `extjs` is always 200 and says inside whether it went well. */
  readonly format: 'json' | 'extjs';
  /** The last answer on this connection. */
  readonly close: boolean;
}

/** Sends data as pveproxy does. */
export function sendData(response: ServerResponse, result: unknown, style: Style): void {
  const { data, more } = result instanceof Reply ? result : { data: result, more: {} };
  const extjs = style.format === 'extjs' ? { success: 1 } : {};
  send(response, {
    status: 200,
    reason: 'OK',
    close: style.close,
    body: { data: data ?? null, ...more, ...extjs },
  });
}

/** Sends a refusal; every status from 400 on closes the connection. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, style: Style): void {
  const message = refusal.status === 501 ? refusal.message : `${refusal.message.trimEnd()}\n`;
  const errors = refusal.errors ? { errors: refusal.errors } : {};
  // A reason phrase is one line of plain characters.
  const reason = refusal.message.trimEnd().replace(/[^\x20-\x7e]+/g, ' ');
  if (style.format === 'extjs') {
    const body = { success: 0, status: refusal.status, message, data: null, ...errors };
    send(response, { status: 200, reason: 'OK', close: style.close, body });
    return;
  }
  send(response, { status: refusal.status, reason, close: true, body: { data: null, message, ...errors } });
}

/** A 401 before anything was looked at: a reason and no body. */
export function sendUnauthorized(response: ServerResponse, reason: string): void {
  head(response, { close: true });
  response.writeHead(401, reason, { 'Content-Length': '0' });
  response.end();
}

export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(500, error instanceof Error ? error.message : String(error));
}

export function send(
  response: ServerResponse,
  answer: { status: number; reason: string; close: boolean; body: unknown },
): void {
  const body = Buffer.from(JSON.stringify(answer.body));
  head(response, { close: answer.close });
  response.writeHead(answer.status, answer.reason, {
    'Content-Type': 'application/json;charset=UTF-8',
    'Content-Length': String(body.length),
  });
  response.end(body);
}

function head(response: ServerResponse, options: { close: boolean }): void {
  response.setHeader('Cache-Control', 'max-age=0');
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Server', 'pve-api-daemon/3.0');
  response.setHeader('X-Proxwright-Sandbox', '1');
  // Said by hand, since the real one gives no Keep-Alive hint.
  response.setHeader('Connection', options.close ? 'close' : 'Keep-Alive');
}
