import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Env } from '../../env.ts';
import { RunError } from '../../errors.ts';
import { loadCatalogue } from '../../images/catalogue.ts';
import { mirrorOf } from '../../images/mirror.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import type { StartedSandbox } from '../../target/environment.ts';
import { findSandbox, SERVER_FILE } from '../../target/running-sandbox.ts';
import { stateTrouble } from '../running/state-trouble.ts';
import { practicePrograms } from './sandbox-programs.ts';

/** Five times as fast as a real node: long enough to see what happens, short enough not to wait for it. */
const SANDBOX_SPEED = 5;

/** Starting takes a tenth of a second; the first time, which makes a certificate, about one. */
const START_PATIENCE = 10_000;

/**
 * The practice cluster within this process, with stand-ins for every image of the catalogue. One process at
 * a time has a state folder: who comes second uses the first one's server.
 */
export async function startEmbedded(
  stateDir: string,
  env: Pick<Env, 'pid' | 'isAlive'>,
  options: Pick<SandboxOptions, 'port' | 'speed' | 'faults' | 'seed'> = {},
): Promise<Sandbox | StartedSandbox> {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw stateTrouble(error);
  }
  for (const end = Date.now() + START_PATIENCE; !claim(stateDir, env); ) {
    const other = await findSandbox(stateDir);
    if (other) return { ...other, close: async () => {} };
    if (Date.now() > end)
      throw new RunError('another process is starting the sandbox, and does not get on', { where: stateDir });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const file = path.join(stateDir, SERVER_FILE);
  const giveBack = (): void => {
    rmSync(file, { force: true });
    rmSync(claimFile(stateDir), { force: true });
  };
  try {
    const sandbox = await startSandbox({
      stateDir,
      speed: SANDBOX_SPEED,
      mirror: mirrorOf(loadCatalogue()),
      programs: practicePrograms,
      ...options,
    });
    writeFileSync(file, JSON.stringify({ port: sandbox.port, pid: env.pid }), { mode: 0o600 });
    return {
      ...sandbox,
      async close() {
        giveBack();
        await sandbox.close();
      },
    };
  } catch (error) {
    giveBack();
    throw error;
  }
}

function claimFile(stateDir: string): string {
  return path.join(stateDir, 'owner.pid');
}

/** Takes the state folder for this process, unless a living one has it. */
function claim(stateDir: string, { pid, isAlive }: Pick<Env, 'pid' | 'isAlive'>): boolean {
  const file = claimFile(stateDir);
  try {
    writeFileSync(file, String(pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw stateTrouble(error);
  }
  let owner = Number.NaN;
  try {
    owner = Number(readFileSync(file, 'utf8'));
  } catch {
    // Given back between the two looks; the caller tries again.
  }
  if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
  return false;
}
