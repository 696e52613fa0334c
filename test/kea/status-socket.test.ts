import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStatus } from '../../src/kea/status-socket.ts';

let folder: string;
let server: Server;
let said: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxwright-status-'));
  server = createServer((connection) => connection.end(said));
  await new Promise<void>((resolve) => server.listen(join(folder, 'kea-agent.sock'), resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test.each(['', '{"x', 'null', '{}', '{"version":2}'])(
  'a status that says %j is refused in words',
  async (text) => {
    said = text;
    await expect(readStatus(folder)).rejects.toThrow('the Kea agent gave no readable status');
  },
);

test('one of this version is taken', async () => {
  said = '{"version":1}';
  expect(await readStatus(folder)).toEqual({ version: 1 });
});
