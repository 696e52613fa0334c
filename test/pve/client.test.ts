import { afterEach, expect, test } from 'vitest';
import { ApiError, CancelledError, TargetError } from '../../src/errors.ts';
import { Secret } from '../../src/plan/secret.ts';
import { passwordAuth, tokenAuth } from '../../src/pve/auth.ts';
import { type ClientOptions, createPve, type Retry } from '../../src/pve/client.ts';
import type { Pve } from '../../src/pve/pve.ts';
import { isTransient, mayHaveHappened } from '../../src/pve/transient.ts';
import { data, type Reply, type Seen, type StrictServer, strictServer } from './strict-server.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const token = () => tokenAuth('ci@pve!t', new Secret('11111111-2222'));
const quick = { now: () => Date.now(), sleep: async () => {} };

async function serve(reply: (request: Seen, number: number) => Reply, options = {}): Promise<StrictServer> {
  const server = await strictServer(reply, options);
  open.push(server);
  return server;
}

function client(server: StrictServer, options: Partial<ClientOptions> = {}): Pve {
  const endpoint = { host: '127.0.0.1', port: server.port, fingerprint: server.fingerprint };
  const pve = createPve({ endpoint: async () => endpoint, auth: token(), clock: quick, ...options });
  open.push(pve);
  return pve;
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('was no failure'),
    (error: unknown) => error,
  );

test('250 requests in a row stay within 100 a connection', async () => {
  const server = await serve((request) => data(request.url));
  const pve = client(server);
  for (let at = 0; at < 250; at += 1) expect(await pve.get(`/n/${at}`)).toBe(`/api2/json/n/${at}`);
  expect(server.breaches).toEqual([]);
  expect(server.connections()).toBe(3);
});

test('no more connections at once than allowed, and everything gets its turn', async () => {
  const server = await serve((request) => data(request.url));
  const pve = client(server, { connections: 3 });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => pve.get(`/n/${at}`)));
  expect(answers).toEqual(Array.from({ length: 40 }, (_, at) => `/api2/json/n/${at}`));
  expect(server.connections()).toBe(3);
});

test('a connection that was idle for 4 s is not used again', async () => {
  let now = 0;
  const server = await serve(() => data(null));
  const pve = client(server, { clock: { now: () => now, sleep: async () => {} } });
  await pve.post('/one');
  now += 3_999;
  await pve.post('/two');
  now += 4_000;
  await pve.post('/three');
  expect(server.seen.map((request) => request.connection)).toEqual([1, 1, 2]);
});

test('a status of 400 or more ends the use of its connection', async () => {
  const server = await serve((_, number) => (number === 1 ? { status: 403, reason: 'no' } : data(1)));
  const pve = client(server);
  await failure(pve.get('/a'));
  await pve.post('/b');
  expect(server.seen.map((request) => request.connection)).toEqual([1, 2]);
});

test('parameters: forms, queries, arrays, booleans, secrets', async () => {
  const server = await serve(() => data(null));
  const pve = client(server);
  const params = {
    a: 'x y&z',
    on: true,
    off: false,
    n: 3,
    map: ['p', 'q'],
    none: undefined,
    key: new Secret('s3'),
  };
  await pve.post('/p', params);
  await pve.delete('/d', params);
  const form = 'a=x+y%26z&on=1&off=0&n=3&map=p&map=q&key=s3';
  expect(server.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/api2/json/p', form],
    ['DELETE', `/api2/json/d?${form}`, ''],
  ]);
  expect(server.seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(server.seen[0]?.headers.authorization).toBe('PVEAPIToken=ci@pve!t=11111111-2222');
});

test('a body beyond 512 KiB is refused before it is sent', async () => {
  const server = await serve(() => data(null));
  const error = await failure(client(server).post('/p', { text: 'x'.repeat(600_000) }));
  expect(String(error)).toContain('586 KiB long, and the API takes 512 KiB');
  expect(server.seen).toEqual([]);
});

test('wrong parameters are named one by one', async () => {
  const body = {
    data: null,
    errors: { cores: 'not a\n number\n' },
    message: 'Parameter verification failed.\n',
  };
  const server = await serve(() => ({ status: 400, reason: 'Parameter verification failed.', body }));
  const error = (await failure(client(server).post('/p'))) as ApiError;
  expect(error).toBeInstanceOf(ApiError);
  expect(error.message).toBe('Parameter verification failed: cores: not a number');
  expect(error.parameters).toEqual({ cores: 'not a number' });
  expect(isTransient(error)).toBe(false);
  expect(server.seen).toHaveLength(1);
});

test('a missing privilege is named with its path and the way to grant it', async () => {
  const server = await serve(() => ({ status: 403, reason: 'Permission check failed (/vms/100, VM.Clone)' }));
  const error = (await failure(client(server).post('/p'))) as ApiError;
  expect(error.why).toBe('ci@pve!t lacks the privilege VM.Clone on /vms/100');
  expect(error.fix).toContain("pveum acl modify /vms/100 --tokens 'ci@pve!t'");
});

test.each([502, 503, 504, 595, 596, 599])('a read outlasts status %i of a gateway', async (status) => {
  const server = await serve((_, number) => (number < 3 ? { status, reason: 'gateway' } : data('well')));
  const retries: Retry[] = [];
  expect(await client(server, { onRetry: (retry) => retries.push(retry) }).get('/x')).toBe('well');
  expect(retries.map(({ method, path, attempt }) => [method, path, attempt])).toEqual([
    ['GET', '/x', 1],
    ['GET', '/x', 2],
  ]);
  expect(retries[1]!.wait).toBeGreaterThan(retries[0]!.wait);
});

test('a read that is reset is repeated, four attempts at most', async () => {
  const server = await serve(() => 'reset');
  const error = await failure(client(server).get('/x'));
  expect(error).toBeInstanceOf(TargetError);
  expect(isTransient(error)).toBe(true);
  expect(server.seen).toHaveLength(4);
});

test('a write that is reset is not repeated, and says that it may have happened', async () => {
  const server = await serve(() => 'reset');
  for (const verb of ['post', 'put', 'delete'] as const) {
    const error = await failure(client(server)[verb]('/x'));
    expect(isTransient(error)).toBe(true);
    expect(mayHaveHappened(error)).toBe(true);
  }
  expect(server.seen).toHaveLength(3);
});

test('what the node understood and declined is not repeated', async () => {
  const reason = "unable to create VM 650 - VM 650 already exists on node 'pve'";
  const server = await serve(() => ({ status: 500, reason }));
  const error = (await failure(client(server).get('/x'))) as ApiError;
  expect(error.message).toBe(reason);
  expect([isTransient(error), mayHaveHappened(error)]).toEqual([false, false]);
  expect(server.seen).toHaveLength(1);
});

test('a write waits for a node that answered before and refuses connections now, and finds it at its new place', async () => {
  // Every refusal closes its connection.
  const first = await serve(() => ({ status: 403, reason: 'Permission check failed' }));
  const server = await serve(() => data('done'));
  let port = first.port;
  let fingerprint = first.fingerprint;
  let asked = 0;
  const endpoint = async () => {
    asked += 1;
    if (asked > 2) ({ port, fingerprint } = server);
    return { host: '127.0.0.1', port, fingerprint };
  };
  const pve = client(first, { endpoint });
  await failure(pve.get('/x'));
  await first.close();
  expect(await pve.post('/x')).toBe('done');
  expect(asked).toBeGreaterThanOrEqual(3);
});

test('a node that never answered is not waited for', async () => {
  const server = await serve(() => data(null));
  await server.close();
  let asked = 0;
  const endpoint = async () => {
    asked += 1;
    return { host: '127.0.0.1', port: server.port, fingerprint: server.fingerprint };
  };
  await failure(client(server, { endpoint }).get('/x'));
  expect(asked).toBe(1);
});

test('a refused connection names host, port and what to check', async () => {
  const server = await serve(() => data(null));
  await server.close();
  const error = (await failure(client(server).post('/x'))) as TargetError;
  expect(error.where).toBe(`127.0.0.1:${server.port}`);
  expect(error.message).toBe('connection refused');
  expect(error.fix).toContain('systemctl status pveproxy');
  expect(mayHaveHappened(error)).toBe(false);
});

test('an expired ticket is renewed by the ticket, a refused one by the password', async () => {
  let valid = 'T0';
  let made = 0;
  const server = await serve((request) => {
    if (request.url === '/api2/json/access/ticket') {
      const password = new URLSearchParams(request.body).get('password');
      if (password !== 'secret' && password !== valid)
        return { status: 401, reason: 'authentication failure' };
      made += 1;
      valid = `T${made}:x`;
      return data({ ticket: valid, CSRFPreventionToken: `C${made}`, username: 'root@pam' });
    }
    const cookie = decodeURIComponent(request.headers.cookie ?? '');
    if (cookie !== `PVEAuthCookie=${valid}`)
      return { status: 401, reason: 'permission denied - invalid PVE ticket' };
    return data(request.headers.csrfpreventiontoken ?? 'none');
  });
  let now = 0;
  const auth = passwordAuth('root@pam', new Secret('secret'), () => now);
  const pve = client(server, { auth });
  expect(await Promise.all([pve.get('/a'), pve.post('/b'), pve.get('/c')])).toEqual(['none', 'C1', 'none']);
  now += 106 * 60_000;
  expect(await pve.post('/d')).toBe('C2');
  valid = 'lost with the key';
  expect(await pve.post('/e')).toBe('C3');
  const logins = server.seen
    .filter((request) => request.url.endsWith('ticket'))
    .map((request) => request.body);
  expect(logins).toEqual([
    'username=root%40pam&password=secret',
    'username=root%40pam&password=T1%3Ax',
    'username=root%40pam&password=secret',
  ]);
});

test('a wrong password is said plainly, once, and never shown', async () => {
  const server = await serve(() => ({ status: 401, reason: 'authentication failure' }));
  const auth = passwordAuth('root@pam', new Secret('hunter2'), () => 0);
  const error = (await failure(client(server, { auth }).get('/x'))) as TargetError;
  expect(error.message).toBe('wrong user name or password for root@pam');
  expect(JSON.stringify([error, error.why, error.fix, error.where])).not.toContain('hunter2');
  expect(server.seen).toHaveLength(1);
});

test('a refused token is a TargetError with the words of the node', async () => {
  const server = await serve(() => ({ status: 401, reason: 'invalid token value!' }));
  const error = (await failure(client(server).get('/x'))) as TargetError;
  expect(error.message).toBe('the node refuses the API token ci@pve!t');
  expect(error.why).toBe('invalid token value!');
  expect(server.seen).toHaveLength(1);
});

test('a redirect to another node of the same pinned certificate is followed, once', async () => {
  const other = await serve((request) => data([request.method, request.url, request.body]));
  const location = `https://127.0.0.1:${other.port}/api2/json/there?x=1`;
  const server = await serve(() => ({ status: 307, reason: 'elsewhere', headers: { location } }));
  const endpoint = async () => ({
    host: '127.0.0.1',
    port: server.port,
    ca: `${server.certificate}\n${other.certificate}`,
  });
  const answer = await client(server, { endpoint }).post('/here', { a: 'b' });
  expect(answer).toEqual(['POST', '/api2/json/there?x=1', 'a=b']);
});

test.each([
  ['http://127.0.0.1:1/x', 'not https'],
  ['https://192.0.2.1/x', 'another host, which no pinned certificate vouches for'],
  ['', 'not an address'],
])('credentials do not follow a redirect to %s', async (location, why) => {
  const server = await serve(() => ({ status: 302, headers: { location } }));
  const endpoint = async () => ({ host: '127.0.0.1', port: server.port, insecure: true });
  const error = (await failure(client(server, { endpoint }).get('/x'))) as TargetError;
  expect(error.why).toContain(why);
});

test('cancelling ends requests under way and those that wait', async () => {
  const server = await serve(() => 'silence');
  const stop = new AbortController();
  const pve = client(server, { connections: 1, signal: stop.signal });
  const both = [failure(pve.get('/a')), failure(pve.post('/b'))];
  await expect.poll(() => server.seen.length).toBe(1);
  stop.abort(new CancelledError());
  for (const error of await Promise.all(both)) {
    expect(error).toBeInstanceOf(CancelledError);
    expect(isTransient(error)).toBe(false);
  }
});

test('an answer that is not of Proxmox VE is a clear error', async () => {
  const server = await serve(() => ({ status: 200, body: 'hello' }));
  const error = (await failure(client(server).get('/x'))) as TargetError;
  expect(error.message).toBe('the answer is not one of the Proxmox VE API');
});
