import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { keaReader } from '../../../src/commands/kea/reading.ts';
import type { GuestFacts } from '../../../src/facts/facts.ts';
import type { CommandResult, Host } from '../../../src/hosts/host.ts';
import { serveStatus } from '../../../src/kea/status-socket.ts';
import { keaStatus } from '../../components/fake-kea.ts';

const status = JSON.stringify(keaStatus([]));
const notFound: CommandResult = {
  exitCode: 127,
  stdout: '',
  stderr: 'bash: proxwright: command not found\n',
};
const container = { node: 'pve1', vmid: 105, identity: { kea: 'x' } } as unknown as GuestFacts;

/** A node that answers these command lines, and knows no other command; with what was asked of it. */
function nodeThatSays(answers: Record<string, Partial<CommandResult>>) {
  const asked: string[] = [];
  const host = {
    node: 'pve1',
    run: async (argv: readonly string[]) => {
      asked.push(argv.join(' '));
      const answer = answers[argv.join(' ')];
      return answer ? { exitCode: 0, stdout: '', stderr: '', ...answer } : notFound;
    },
  } as unknown as Host;
  const read = keaReader();
  const ask = (guests: GuestFacts[] = []) =>
    read('pve1', {
      target: { kind: 'ssh', firstNode: 'pve1', host: (node) => (node === 'pve1' ? host : undefined) },
      env: { uid: 0, variables: {} },
      guests,
    });
  return { asked, ask, read, host };
}

const plain = 'proxwright kea status --json';
const inside = `pct exec 105 -- ${plain}`;
const docker = `pct exec 105 -- docker exec proxwright-kea ${plain}`;

describe('asking the Kea agent of a node', () => {
  test('on the node itself; a network that is not served is no lack of an answer', async () => {
    const { ask } = nodeThatSays({ [plain]: { exitCode: 1, stdout: status } });
    expect(await ask()).toMatchObject({ agent: 'running', node: 'pve1', status: { agent: { pid: 812 } } });
  });

  test.each([
    ['in our container', inside],
    ['in Docker inside of it', docker],
  ])('%s; from then on there first', async (_name, line) => {
    const { ask, asked } = nodeThatSays({ [line]: { stdout: status } });
    expect(await ask([container])).toMatchObject({ agent: 'running' });
    expect(asked[0]).toBe(plain);
    asked.length = 0;
    expect(await ask([container])).toMatchObject({ agent: 'running' });
    expect(asked).toEqual([line]);
  });

  test('none: whether it is installed, and what was said', async () => {
    expect(await nodeThatSays({}).ask()).toEqual({
      agent: 'absent',
      node: 'pve1',
      installed: false,
      why: 'bash: proxwright: command not found',
    });
    const stopped = { exitCode: 1, stderr: 'the Kea agent does not run here (x)\n  → do this\n' };
    expect(await nodeThatSays({ [inside]: stopped }).ask([container])).toEqual({
      agent: 'absent',
      node: 'pve1',
      installed: true,
      why: 'the Kea agent does not run here (x)',
    });
  });

  test('on this very node by its socket, without a command; without an agent by the command', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'proxwright-'));
    const { asked, read } = nodeThatSays({});
    const here = () =>
      read('pve1', {
        target: {
          kind: 'local',
          firstNode: 'pve1',
          host: () => nodeThatSays({ [plain]: { exitCode: 1, stderr: 'it does not run\n' } }).host,
        },
        env: { uid: 0, variables: { PROXWRIGHT_KEA_STATUS: folder } },
        guests: [],
      });
    const server = await serveStatus(folder, () => keaStatus([]));
    try {
      expect(await here()).toMatchObject({ agent: 'running', status: { agent: { pid: 812 } } });
      expect(asked).toEqual([]);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
    expect(await here()).toMatchObject({ agent: 'absent', why: 'it does not run' });
  });

  test('where only the API is within reach, that is said', async () => {
    const { read } = nodeThatSays({});
    const target = { kind: 'https' as const, firstNode: 'pve1', host: () => undefined };
    expect(await read('pve2', { target, env: { uid: 0, variables: {} }, guests: [] })).toEqual({
      agent: 'out-of-reach',
      node: 'pve2',
    });
  });

  test.each(['{', '[]', '{"version":2}', 'hello'])('%j is no status', async (stdout) => {
    await expect(nodeThatSays({ [plain]: { stdout } }).ask()).rejects.toThrow('gave no readable status');
  });
});
