import { randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Number of the connection, from 1. */
  connection: number;
}

export type Reply =
  | { status: number; reason?: string; headers?: Record<string, string>; body?: unknown }
  /** Closes the connection without a word. */
  | 'reset'
  /** Never answers. */
  | 'silence';

export interface StrictServer {
  port: number;
  certificate: string;
  fingerprint: string;
  seen: Seen[];
  /** Breaches of pveproxy's rules that a client met. */
  breaches: string[];
  connections(): number;
  close(): Promise<void>;
}

/** Like pveproxy: 100 requests a connection, closed after `idle` ms or any status >= 400. */
export async function strictServer(
  reply: (request: Seen, number: number) => Reply,
  { idle = 5_000, limit = 100 }: { idle?: number; limit?: number } = {},
): Promise<StrictServer> {
  const names = await generate([{ name: 'commonName', value: randomUUID() }], {
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'pve1' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const seen: Seen[] = [];
  const breaches: string[] = [];
  const sockets = new Map<Socket, { number: number; requests: number }>();
  let opened = 0;

  const server = createServer({ key: names.private, cert: names.cert }, (request, response) => {
    void answer(request, response);
  });
  server.keepAliveTimeout = idle;
  // Node adds a second of grace of its own.
  (server as { keepAliveTimeoutBuffer?: number }).keepAliveTimeoutBuffer = 0;
  server.on('secureConnection', (socket) => {
    opened += 1;
    sockets.set(socket, { number: opened, requests: 0 });
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = sockets.get(request.socket)!;
    connection.requests += 1;
    if (connection.requests > limit) breaches.push(`request ${connection.requests} on one connection`);
    let body = '';
    for await (const part of request) body += String(part);
    const one = {
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body,
      connection: connection.number,
    };
    seen.push(one);
    const said = reply(one, seen.length);
    if (said === 'silence') return;
    if (said === 'reset') return void request.socket.destroy();
    const last = said.status >= 400 || connection.requests >= limit;
    if (said.reason) response.statusMessage = said.reason;
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers });
    response.end(said.body === undefined ? '' : JSON.stringify(said.body), () => {
      if (last) request.socket.destroySoon();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate: names.cert,
    fingerprint: new X509Certificate(names.cert).fingerprint256,
    seen,
    breaches,
    connections: () => opened,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const socket of sockets.keys()) socket.destroy();
      await closed;
    },
  };
}

/** `{data: …}` with status 200. */
export function data(value: unknown): Reply {
  return { status: 200, body: { data: value } };
}
