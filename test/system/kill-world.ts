import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { resumeRun, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { openTargetOf } from '../../src/commands/targets/open-target.ts';
import { envIn } from './environment.ts';
import { buildKillChild } from './kill-child-build.ts';
import { clusterTree } from './tree.ts';

const run = promisify(execFile);

interface Case {
  home: string;
  stateDir: string;
}

type Look = (stateDir: string) => Map<string, string>;

interface KillOptions {
  /** Tells what must be the same in the end: all files of the cluster and its nodes unless given. */
  look?: Look;
  /** Answers that are applied beforehand, once for all cases. */
  before?: string;
  /** The run has steps from which there is no way back: cases end when it was gone on with. */
  isFinal?: boolean;
}

/** A run that is killed at any entry of its journal, resumed, and taken back, each time on a sandbox of its own. */
export class KillWorld {
  readonly #work: string;
  readonly #child: string;
  readonly #answers: string;
  /** A state folder that every case begins with, so that certificates and keys are made once. */
  readonly #seed: string;
  readonly #look: Look;
  readonly #isFinal: boolean;
  #untouched = new Map<string, string>();
  #undisturbed = new Map<string, string>();
  #entries = 0;

  private constructor(
    answers: string,
    { work, child, look = whole, isFinal = false }: KillOptions & { work: string; child: string },
  ) {
    this.#answers = answers;
    this.#isFinal = isFinal;
    this.#work = work;
    this.#look = look;
    this.#child = child;
    this.#seed = path.join(work, 'seed');
  }

  static async open(answers: string, name: string, options: KillOptions = {}): Promise<KillWorld> {
    const work = mkdtempSync(path.join(tmpdir(), `proxwright-${name}-`));
    const world = new KillWorld(answers, { ...options, work, child: await buildKillChild(name) });
    await world.#withCase(world.#seed, async ({ home, stateDir }) => {
      const { before } = options;
      if (before !== undefined) {
        writeFileSync(path.join(home, 'answers.yaml'), before);
        const { stdout } = await world.#start(home, 'after', 'none');
        expect(stdout).toMatch(/^ok /);
        expect([...world.#look(stateDir).keys()].join()).toMatch(/qemu-server/);
        rmSync(path.join(home, 'runs'), { recursive: true });
      }
      world.#untouched = world.#look(stateDir);
    });
    await world.#withCase(path.join(work, 'undisturbed'), async ({ home, stateDir }) => {
      const { stdout } = await world.#start(home, 'after', 'none');
      world.#entries = Number(/ok after (\d+)/.exec(stdout)?.[1]);
      world.#undisturbed = world.#look(stateDir);
    });
    return world;
  }

  /** Of the journal of an undisturbed run. */
  get entries(): number {
    return this.#entries;
  }

  close(): void {
    rmSync(this.#work, { recursive: true });
    rmSync(this.#child);
  }

  /** Kills before and after each of these entries, three cases at once. */
  async killAt(entries: readonly number[]): Promise<void> {
    const cases = entries.flatMap((at) => [
      () => this.#killResumeUndo('before', at),
      () => this.#killResumeUndo('after', at),
    ]);
    const worker = async (): Promise<void> => {
      for (let next = cases.shift(); next; next = cases.shift()) await next();
    };
    await Promise.all([worker(), worker(), worker()]);
  }

  async #killResumeUndo(when: 'before' | 'after', at: number): Promise<void> {
    const name = `killed ${when} entry ${at}`;
    await this.#withCase(path.join(this.#work, `${when}-${at}`), async ({ home, stateDir }) => {
      const killed = await this.#start(home, when, String(at)).catch((error: { signal?: string }) => error);
      expect(killed, name).toMatchObject({ signal: 'SIGKILL' });
      // Killed before its first entry, a run has left nothing but the plan.
      const [file = ''] = readdirSync(path.join(home, 'runs/runs')).filter((one) => one.endsWith('.jsonl'));
      const id = file.replace('.jsonl', '');
      const env = { ...envIn(home), isAlive: (pid: number) => pid === process.pid };
      const target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
      const options = { target, env, emit: () => {}, signal: env.signal };
      try {
        // Behind its last entry the run is over, and says so.
        if (when === 'after' && at === this.#entries)
          await expect(resumeRun(id, options)).rejects.toThrow('come to its end');
        else expect(await resumeRun(id, options), name).toMatchObject({ status: 'ok', failed: 0 });
        expect(this.#look(stateDir), name).toEqual(this.#undisturbed);
        if (this.#isFinal) return;
        expect(await undoRun(id, options), name).toMatchObject({ status: 'ok', failed: 0 });
        expect(this.#look(stateDir), `${name}, then undone`).toEqual(this.#untouched);
      } finally {
        await target.close();
      }
    });
  }

  #start(home: string, when: string, at: string): Promise<{ stdout: string }> {
    return run(process.execPath, [this.#child, home, path.join(home, 'answers.yaml'), when, at]);
  }

  async #withCase(home: string, work: (one: Case) => Promise<void>): Promise<void> {
    const stateDir = path.join(home, 'state/proxwright/sandbox');
    mkdirSync(stateDir, { recursive: true });
    if (home !== this.#seed)
      cpSync(path.join(this.#seed, 'state'), path.join(home, 'state'), { recursive: true });
    mkdirSync(path.join(home, 'runs'));
    // Equal for all, so that uids and MACs are.
    writeFileSync(path.join(home, 'runs/installation'), 'same');
    writeFileSync(path.join(home, 'answers.yaml'), this.#answers);
    const server = await startEmbedded(stateDir, envIn(home), { speed: 100 });
    try {
      await work({ home, stateDir });
    } finally {
      await server.close();
      if (home !== this.#seed) rmSync(home, { recursive: true });
    }
  }
}

/** Files of the cluster and of its nodes, and the states of units. */
export function whole(stateDir: string): Map<string, string> {
  const units = path.join(stateDir, 'condition.json');
  return clusterTree(stateDir).set('condition.json', existsSync(units) ? readFileSync(units, 'utf8') : '{}');
}
