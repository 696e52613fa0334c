import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/errors.ts';
import type { Json } from '../../src/plan/step.ts';
import type { StepContext } from '../../src/plan/verb.ts';
import { type FetchKubeconfigArgs, fetchKubeconfig } from '../../src/steps/fetch-kubeconfig.ts';
import { emptyFacts } from '../run/world.ts';

const KUBECONFIG =
  'clusters:\n- cluster:\n    server: https://127.0.0.1:6443\nusers:\n- user:\n    client-key-data: c2VjcmV0\n';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxwright-kubeconfig-'));
  file = path.join(folder, 'new/edge.kubeconfig');
});
afterEach(() => rmSync(folder, { recursive: true }));

const guest = (name: string, vmid: number) => ({ name, vmid, node: 'pve1', uid: '', step: '' });

const args = (more: Partial<FetchKubeconfigArgs> = {}): FetchKubeconfigArgs => ({
  cluster: 'edge',
  guests: [guest('edge-server-1', 100), guest('edge-server-2', 101)],
  source: '/etc/kubernetes/admin.conf',
  after: '/etc/proxwright/joined',
  file,
  server: 'https://10.0.20.11:6443',
  timeout: 60,
  isThere: false,
  ...more,
});

type Answer = { content: string; truncated?: number };

/** A run in which guests answer as told: vmid, file and second → content, or the agent's refusal. */
function contextOf(answer: (vmid: number, file: string, second: number) => Answer | Error) {
  let now = 0;
  const kept: string[] = [];
  const said: unknown[] = [];
  const notes: Json[] = [];
  const context = {
    facts: emptyFacts,
    attempt: { notes, upids: [], since: 0 },
    receipt: () => undefined,
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    progress: (part: unknown) => said.push(part),
    log: (line: string) => said.push(line),
    note: async (data: Json) => void notes.push(data),
    keep: async (text: string) => `k${kept.push(text) - 1}`,
    kept: (key: string) => kept[Number(key.slice(1))],
    pve: {
      async get(at: string, params: { file: string }) {
        const found = answer(Number(/qemu\/(\d+)\//.exec(at)?.[1]), params.file, now / 1000);
        if (found instanceof Error) throw found;
        return found;
      },
    },
  } as unknown as StepContext;
  return { context, said, notes };
}

const refusal = (message: string, status = 500) =>
  new ApiError(message, { status, method: 'GET', path: '/x' });
const absent = refusal("Agent error: failed to open file '/x' (mode: 'r'): No such file or directory");

describe('the kubeconfig of a cluster', () => {
  test('comes from the first server that has it, once that has joined', async () => {
    const { context, said, notes } = contextOf((vmid, name, second) => {
      if (vmid === 100) return refusal('QEMU guest agent is not running');
      if (name === '/etc/proxwright/joined') return second < 20 ? absent : { content: '' };
      return { content: KUBECONFIG };
    });
    const receipt = await fetchKubeconfig.apply(args(), context);
    expect(readFileSync(file, 'utf8')).toBe(KUBECONFIG.replace('127.0.0.1', '10.0.20.11'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(context.now()).toBe(20_000);
    expect(JSON.stringify([receipt, said, notes])).not.toContain('c2VjcmV0');
  });

  test('one that is cut off or half written is waited for', async () => {
    const answers = [
      { content: 'clusters:' },
      { content: KUBECONFIG, truncated: 1 },
      { content: KUBECONFIG },
    ];
    const { context } = contextOf(() => answers.shift() ?? absent);
    await fetchKubeconfig.apply(args({ after: '', guests: [guest('edge-server-1', 100)] }), context);
    expect(context.now()).toBe(10_000);
  });

  test('undo brings back what the file held before, with its secrecy', async () => {
    file = path.join(folder, 'config');
    writeFileSync(file, 'before', { mode: 0o644 });
    const { context } = contextOf(() => ({ content: KUBECONFIG }));
    const receipt = await fetchKubeconfig.apply(args({ file }), context);
    await fetchKubeconfig.undo?.(args({ file }), receipt, context);
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('undo removes a file that was not there', async () => {
    const { context } = contextOf(() => ({ content: KUBECONFIG }));
    const receipt = await fetchKubeconfig.apply(args(), context);
    await fetchKubeconfig.undo?.(args(), receipt, context);
    expect(existsSync(file)).toBe(false);
  });

  test('an attempt that was cut off behind its write is found', async () => {
    const { context } = contextOf(() => ({ content: KUBECONFIG }));
    expect(await fetchKubeconfig.find?.(args(), context)).toBeUndefined();
    const receipt = await fetchKubeconfig.apply(args(), context);
    expect(await fetchKubeconfig.find?.(args(), context)).toEqual(receipt);
  });

  test('the wait has an end, and says where to look', async () => {
    const { context } = contextOf(() => absent);
    await expect(fetchKubeconfig.apply(args(), context)).rejects.toMatchObject({
      message: 'no server of edge has a kubeconfig after 60 s',
      fix: expect.stringContaining('qm terminal 100') as string,
    });
    expect(existsSync(file)).toBe(false);
  });

  test('what will not pass is not waited for', async () => {
    const { context } = contextOf(() =>
      refusal('Permission check failed (/vms/100, VM.GuestAgent.FileRead)', 403),
    );
    await expect(fetchKubeconfig.apply(args(), context)).rejects.toThrow('Permission check failed');
    expect(context.now()).toBe(0);
  });

  test('a folder that cannot be written to is named', async () => {
    writeFileSync(path.join(folder, 'new'), 'a file, no folder');
    const { context } = contextOf(() => ({ content: KUBECONFIG }));
    await expect(fetchKubeconfig.apply(args(), context)).rejects.toMatchObject({ where: file });
  });
});
