import { once } from 'node:events';
import { Agent } from 'node:https';
import { createConnection } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/sandbox/clock.ts';
import { systemClock } from '../../src/sandbox/clock.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { Client, temporarySandbox } from './client.ts';
import { ONE_NODE } from './one-node.ts';

const TOKEN = 'root@pam!t1=11111111-1111-4111-8111-111111111111';
let hours = 0;
/** Real delays, but the hour of the day is what a test makes it. */
const clock: Clock = { now: () => Date.now() + hours * 3_600_000, sleep: systemClock.sleep };

let sandbox: Sandbox;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ sandbox, remove } = await temporarySandbox({ seed: ONE_NODE, clock }));
});
afterAll(() => remove());

describe('connections', () => {
  it('end after 100 requests', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: sandbox.certificate });
    const client = Client.token(sandbox, TOKEN);
    const ends: unknown[] = [];
    for (let count = 0; count < 101; count++)
      ends.push((await client.send('GET', '/version', { agent })).headers.connection);
    expect(ends.map((end, index) => (end === 'close' ? index + 1 : 0)).filter((at) => at > 0)).toEqual([100]);
    agent.destroy();
  });

  it('end with every refusal', async () => {
    const client = Client.token(sandbox, TOKEN);
    expect((await client.send('GET', '/version')).headers.connection).toBe('Keep-Alive');
    expect((await client.send('GET', '/cluster/nope')).headers.connection).toBe('close');
    client.close();
  });

  it('end with the sandbox, also one in the middle of its handshake', async () => {
    const other = await temporarySandbox({ seed: ONE_NODE });
    const half = createConnection(other.sandbox.port, '127.0.0.1');
    const ended = once(half, 'close');
    half.on('error', () => {});
    await once(half, 'connect');
    // One round trip later the server has taken the half-open one.
    const client = Client.token(other.sandbox, TOKEN);
    await client.send('GET', '/version');
    await other.remove();
    await ended;
    client.close();
  });

  it('end when idle for five seconds, and not before four', async () => {
    const socket = await open();
    const begin = performance.now();
    socket.write(`GET /api2/json/version HTTP/1.1\r\nHost: x\r\nAuthorization: PVEAPIToken=${TOKEN}\r\n\r\n`);
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(performance.now() - begin).toBeGreaterThan(4000);
    socket.destroy();
  });

  it('give no Keep-Alive hint, as the real one', async () => {
    const client = Client.token(sandbox, TOKEN);
    expect((await client.send('GET', '/version')).headers['keep-alive']).toBeUndefined();
    client.close();
  });
});

describe('bodies', () => {
  it('of 512 KiB and more are refused', async () => {
    const client = Client.token(sandbox, TOKEN);
    const params = { data: 'x'.repeat(512 * 1024) };
    expect((await client.send('POST', '/nodes/pve/hosts', { params })).status).toBe(413);
    expect(
      (await client.send('POST', '/nodes/pve/hosts', { params: { data: 'x'.repeat(400_000) } })).status,
    ).toBe(200);
  });

  it('may be JSON', async () => {
    const client = Client.token(sandbox, TOKEN);
    const body = Buffer.from(JSON.stringify({ poolid: 'by-json', comment: 'x' }));
    const headers = { 'Content-Type': 'application/json' };
    expect((await client.send('POST', '/pools', { body, headers })).status).toBe(200);
    const broken = await client.send('POST', '/pools', { body: Buffer.from('{'), headers });
    expect(broken.status).toBe(400);
  });

  it('are answered in the style of the web interface at /api2/extjs', async () => {
    const client = Client.token(sandbox, TOKEN);
    const fetched = await raw(
      `GET /api2/extjs/cluster/nextid?vmid=100 HTTP/1.1\r\nHost: x\r\nAuthorization: PVEAPIToken=${TOKEN}\r\nConnection: close\r\n\r\n`,
    );
    expect(fetched).toContain('HTTP/1.1 200 OK');
    expect(fetched).toContain('"success":0');
    expect(fetched).toContain('VM 100 already exists');
    client.close();
  });
});

describe('who may come in', () => {
  it('needs a ticket or a token; the refusal has no body', async () => {
    const answer = await new Client(sandbox).send('GET', '/nodes');
    expect([answer.status, answer.reason, answer.text]).toEqual([401, 'No ticket', '']);
    const wrong = await Client.token(sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111112').send(
      'GET',
      '/nodes',
    );
    expect([wrong.status, wrong.text]).toEqual([401, '']);
  });

  it('takes the ticket raw, URL-encoded, or in the Authorization header', async () => {
    const root = await Client.root(sandbox);
    const ticket = root.headers.Cookie?.replace('PVEAuthCookie=', '') ?? '';
    for (const headers of [
      { Cookie: `PVEAuthCookie=${ticket}` },
      { Cookie: `other=1; PVEAuthCookie=${encodeURIComponent(ticket)}` },
      { Authorization: `PVEAuthCookie=${ticket}` },
    ]) {
      expect((await new Client(sandbox, headers).send('GET', '/version')).status).toBe(200);
    }
    expect(ticket).toMatch(/^PVE:root@pam:[0-9A-F]{8}::/);
  });

  it('needs the CSRF token to write with a ticket', async () => {
    const { headers } = await Client.root(sandbox);
    const { Cookie = '' } = headers;
    const answer = await new Client(sandbox, { Cookie }).send('POST', '/pools', { params: { poolid: 'x1' } });
    expect([answer.status, answer.reason]).toEqual([401, 'Permission denied - invalid csrf token']);
  });

  it('ends a ticket after two hours; as a password it renews itself before', async () => {
    const root = await Client.root(sandbox);
    hours = 1.9;
    const ticket = root.headers.Cookie?.replace('PVEAuthCookie=', '') ?? '';
    const renewed = await new Client(sandbox).data<{ ticket: string }>('POST', '/access/ticket', {
      username: 'root@pam',
      password: ticket,
    });
    hours = 2.1;
    expect((await root.send('GET', '/version')).status).toBe(401);
    expect(
      (await new Client(sandbox, { Cookie: `PVEAuthCookie=${renewed.ticket}` }).send('GET', '/version'))
        .status,
    ).toBe(200);
    hours = 0;
  });

  it('refuses a forged ticket', async () => {
    const root = await Client.root(sandbox);
    const forged = root.headers.Cookie?.replace('root@pam', 'tst@pve') ?? '';
    expect((await new Client(sandbox, { Cookie: forged }).send('GET', '/version')).status).toBe(401);
  });
});

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: sandbox.port, ca: sandbox.certificate }, () =>
      resolve(socket),
    );
    socket.on('error', reject);
  });
}

async function raw(request: string): Promise<string> {
  const socket = await open();
  socket.write(request);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
