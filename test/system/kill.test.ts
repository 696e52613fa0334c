import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbedded } from '../../src/commands/embedded-sandbox.ts';
import { openTargetOf } from '../../src/commands/open-target.ts';
import { resumeRun, undoRun } from '../../src/commands/run-plan.ts';
import { envIn } from './environment.ts';
import { buildKillChild } from './kill-child-build.ts';
import { clusterTree } from './tree.ts';

const run = promisify(execFile);

const answers = `version: 1
clusters:
  - name: five
    nodes: [pve1]
    storage: local-lvm
    snippets: local
    pool: five
    groups: [{ name: g, count: 5, memory: 512, networks: [{ bridge: vmbr0, ip: 192.168.1.50/24 }] }]
`;

let work: string;
let child: string;
/** A state folder that every case begins with, so that certificates and keys are made once. */
let seed: string;
let untouched: Map<string, string>;
let undisturbed: Map<string, string>;
let entries: number;

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), 'proxwright-kill-'));
  child = await buildKillChild('kill');
  seed = path.join(work, 'seed');
  await withCase(seed, async ({ stateDir }) => {
    untouched = clusterTree(stateDir);
  });
  await withCase(path.join(work, 'undisturbed'), async ({ home, stateDir }) => {
    const { stdout } = await run(process.execPath, [
      child,
      home,
      path.join(home, 'five.yaml'),
      'after',
      'none',
    ]);
    entries = Number(/ok after (\d+)/.exec(stdout)?.[1]);
    undisturbed = clusterTree(stateDir);
  });
});

afterAll(() => {
  rmSync(work, { recursive: true });
  rmSync(child);
});

interface Case {
  home: string;
  stateDir: string;
}

async function withCase(home: string, work: (one: Case) => Promise<void>): Promise<void> {
  const stateDir = path.join(home, 'state/proxwright/sandbox');
  mkdirSync(stateDir, { recursive: true });
  if (home !== seed) cpSync(path.join(seed, 'state'), path.join(home, 'state'), { recursive: true });
  mkdirSync(path.join(home, 'runs'));
  // Equal for all, so that uids and MACs are.
  writeFileSync(path.join(home, 'runs/installation'), 'same');
  writeFileSync(path.join(home, 'five.yaml'), answers);
  const server = await startEmbedded(stateDir, envIn(home), { speed: 100 });
  try {
    await work({ home, stateDir });
  } finally {
    await server.close();
    if (home !== seed) rmSync(home, { recursive: true });
  }
}

async function killResumeUndo(when: 'before' | 'after', at: number): Promise<void> {
  const name = `killed ${when} entry ${at}`;
  await withCase(path.join(work, `${when}-${at}`), async ({ home, stateDir }) => {
    const killed = await run(process.execPath, [
      child,
      home,
      path.join(home, 'five.yaml'),
      when,
      String(at),
    ]).catch((error: { signal?: string }) => error);
    expect(killed, name).toMatchObject({ signal: 'SIGKILL' });
    // Killed before its first entry, a run has left nothing but the plan.
    const [file = ''] = readdirSync(path.join(home, 'runs/runs')).filter((entry) => entry.endsWith('.jsonl'));
    const id = file.replace('.jsonl', '');
    const env = { ...envIn(home), isAlive: (pid: number) => pid === process.pid };
    const target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
    const options = { target, env, emit: () => {}, signal: env.signal };
    try {
      // Behind its last entry the run is over, and says so.
      if (when === 'after' && at === entries)
        await expect(resumeRun(id, options)).rejects.toThrow('come to its end');
      else expect(await resumeRun(id, options), name).toMatchObject({ status: 'ok', failed: 0 });
      expect(clusterTree(stateDir), name).toEqual(undisturbed);
      expect(await undoRun(id, options), name).toMatchObject({ status: 'ok', failed: 0 });
      expect(clusterTree(stateDir), `${name}, then undone`).toEqual(untouched);
    } finally {
      await target.close();
    }
  });
}

test('a run of 5 guests that is killed at any entry of its journal is resumed to the same end, and undone', async () => {
  expect(entries).toBeGreaterThan(60);
  const cases = Array.from({ length: entries }, (_, at) => at + 1).flatMap((at) => [
    () => killResumeUndo('before', at),
    () => killResumeUndo('after', at),
  ]);
  const worker = async (): Promise<void> => {
    for (let next = cases.shift(); next; next = cases.shift()) await next();
  };
  await Promise.all([worker(), worker(), worker()]);
}, 600_000);
