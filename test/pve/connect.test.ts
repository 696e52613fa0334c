import { type AddressInfo, createServer, connect as tcp } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import { type Endpoint, openConnection, sameFingerprint } from '../../src/pve/connect.ts';
import { data, type StrictServer, strictServer } from './strict-server.ts';

let server: StrictServer;
let other: StrictServer;
beforeAll(async () => {
  server = await strictServer(() => data(null));
  other = await strictServer(() => data(null));
});
afterAll(async () => {
  await server.close();
  await other.close();
});

const at = (more: Partial<Endpoint>): Endpoint => ({ host: '127.0.0.1', port: server.port, ...more });

async function refusal(endpoint: Endpoint): Promise<TargetError> {
  const error = await openConnection(endpoint).then(
    (socket) => socket.destroy(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TargetError);
  return error as TargetError;
}

async function accepted(endpoint: Endpoint): Promise<void> {
  (await openConnection(endpoint)).destroy();
}

test('the pinned fingerprint is enough, in any of its spellings', async () => {
  await accepted(at({ fingerprint: server.fingerprint }));
  await accepted(at({ fingerprint: server.fingerprint.toLowerCase().replaceAll(':', '') }));
});

test('a wrong fingerprint shows both', async () => {
  const error = await refusal(at({ fingerprint: other.fingerprint }));
  expect(error.message).toBe('the certificate is not the pinned one');
  expect(error.why).toBe(`expected ${other.fingerprint}, got ${server.fingerprint}`);
});

test("the node's authority vouches for its name or address", async () => {
  await accepted(at({ ca: server.certificate }));
  await accepted(at({ ca: server.certificate, servername: 'pve1' }));
  const error = await refusal(at({ ca: server.certificate, servername: 'pve9' }));
  expect(error.message).toMatch(/not trusted/);
});

test('either of authority and fingerprint will do', async () => {
  await accepted(at({ ca: other.certificate, fingerprint: server.fingerprint }));
  await accepted(at({ ca: server.certificate, fingerprint: other.fingerprint }));
  await refusal(at({ ca: other.certificate, fingerprint: other.fingerprint }));
});

test('an unknown certificate shows its fingerprint and how to pin it; insecure takes it', async () => {
  const error = await refusal(at({}));
  expect(error.message).toBe('the certificate is not trusted: it is signed by itself');
  expect(error.why).toContain(server.fingerprint);
  expect(error.fix).toContain(`https://127.0.0.1:${server.port}?fingerprint=${server.fingerprint}`);
  await accepted(at({ insecure: true }));
});

test('through a tunnel the certificate is checked alike', async () => {
  const connect = async () => tcp(server.port, '127.0.0.1');
  await accepted(at({ port: 8006, ca: server.certificate, connect }));
  await refusal(at({ port: 8006, ca: other.certificate, connect }));
});

test('a server that speaks no TLS, and one that hangs up', async () => {
  const plain = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const error = await refusal(at({ port: (plain.address() as AddressInfo).port }));
  expect(error.message).toMatch(/no TLS connection|closed during the TLS handshake/);
  await new Promise((resolve) => plain.close(resolve));
});

test('a name that does not exist', async () => {
  const error = await refusal(at({ host: 'no-such-node.invalid' }));
  expect(error.message).toMatch(/no-such-node.invalid/);
});

test('fingerprints are compared whole', () => {
  expect(sameFingerprint('AA', 'AA')).toBe(false);
  expect(sameFingerprint('', '')).toBe(false);
});
