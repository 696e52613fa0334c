import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchHttp, streamHttp } from '../../src/images/http.ts';

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/text' }).end();
    if (request.url === '/long') return response.end(Buffer.alloc(5 * 1024 * 1024));
    if (request.url === '/missing') return response.writeHead(404).end();
    return response.end(`range ${request.headers.range ?? 'none'}, ${request.headers['accept-encoding']}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('redirects are followed, ranges and identity are asked for', async () => {
  const answer = await fetchHttp(`${base}/moved`, { range: 'bytes=5-' });
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toBe('range bytes=5-, identity');
});

test('statuses and headers come through', async () => {
  expect((await fetchHttp(`${base}/missing`)).status).toBe(404);
  const answer = await streamHttp(`${base}/long`);
  expect(answer.headers['content-length']).toBe(String(5 * 1024 * 1024));
  let length = 0;
  for await (const piece of answer.body) length += piece.length;
  expect(length).toBe(5 * 1024 * 1024);
});

test('a text of 5 MiB is refused', async () => {
  await expect(fetchHttp(`${base}/long`)).rejects.toThrow('longer than');
});

test('a closed port is an error that says what happened', async () => {
  await expect(fetchHttp('http://127.0.0.1:1/')).rejects.toThrow(/ECONNREFUSED|bad port/);
});
