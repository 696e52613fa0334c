import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openConnection } from '../../src/pve/connect.ts';
import { SocketAgent } from '../../src/pve/socket-agent.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { idleAgents } from '../../src/target/idle-agents.ts';
import { openTarget } from '../../src/target.ts';
import { temporarySandbox } from '../sandbox/client.ts';

const none = { env: {}, home: '/nonexistent', cwd: '/', warn: () => {} };

test('a connection is given again while it is fresh, open and of the same port', async () => {
  const { sandbox, remove } = await temporarySandbox();
  let now = 0;
  const idle = idleAgents(() => now);
  const endpoint = { host: '127.0.0.1', port: sandbox.port, fingerprint: sandbox.fingerprint };
  const used = async (): Promise<SocketAgent> => {
    const agent = new SocketAgent(await openConnection(endpoint));
    await new Promise<void>((resolve, reject) => {
      const outgoing = request({ agent, path: '/api2/json/access/domains' }, (incoming) => {
        incoming.resume().on('end', resolve);
      });
      outgoing.on('error', reject).end();
    });
    // The agent takes its connection back once the answer's last event is through.
    await new Promise((resolve) => setImmediate(resolve));
    return agent;
  };
  const [first, second, third] = [await used(), await used(), await used()];
  idle.give(1, first);
  expect(idle.take(2)).toBeUndefined();
  idle.give(1, second);
  expect(idle.take(1)).toBe(second);
  idle.give(1, second);
  now = 5_000;
  expect(idle.take(1)).toBeUndefined();
  idle.give(1, third);
  third.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(idle.take(1)).toBeUndefined();
  idle.close();
  await remove();
});

test('commands go on where the sandbox of another process goes away and comes back elsewhere', async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'proxwright-idle-'));
  const announce = ({ port }: { port: number }): void =>
    writeFileSync(path.join(stateDir, 'server.json'), JSON.stringify({ port, pid: process.pid }));
  let sandbox = await startSandbox({ stateDir });
  announce(sandbox);
  const start = async (): Promise<never> => {
    throw new Error('one is running');
  };
  const target = await openTarget({ kind: 'sandbox' }, { ...none, sandbox: { stateDir, start } });
  try {
    const uname = async (): Promise<string> =>
      (await target.host('pve2')?.run(['uname', '-n']))?.stdout.trim() ?? '';
    expect(await Promise.all([uname(), uname(), uname()])).toEqual(['pve2', 'pve2', 'pve2']);
    await sandbox.close();
    sandbox = await startSandbox({ stateDir });
    announce(sandbox);
    // Until the end of the old connections was heard, what is sent on them is lost as it is on a wire.
    await sleep(150);
    expect(await Promise.all([uname(), uname(), uname()])).toEqual(['pve2', 'pve2', 'pve2']);
  } finally {
    await target.close();
    await sandbox.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
});
