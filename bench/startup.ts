import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { type Line, paired, timed } from './measure.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const binary = path.join(root, 'dist/proxwright');

/** Start-up and first frame of the binary, against a bare `node -e 0` of the Node that is inside it. */
export async function startup(): Promise<Line[]> {
  if (!existsSync(binary)) throw new Error('dist/proxwright is not built: npm run build');
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-bench-'));
  // Ink draws nothing where the variable CI exists, even empty.
  const env: Record<string, string | undefined> = {
    ...process.env,
    HOME: home,
    XDG_STATE_HOME: home,
    PROXWRIGHT_STATE: home,
    TERM: 'xterm-256color',
  };
  delete env.CI;
  const bare = (): Promise<number> => timed(() => run(process.execPath, ['-e', '0']));
  try {
    const version = await paired(15, () => timed(() => run(binary, ['--version'], { env })), bare);
    const frame = await paired(11, () => firstFrame(env), bare);
    return [line('--version / bare node', version, 2), line('first frame of the menu / bare node', frame, 6)];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function line(what: string, { a, b, ratio }: { a: number; b: number; ratio: number }, most: number): Line {
  const figures = `${a.toFixed(0)} ms / ${b.toFixed(0)} ms = ${ratio.toFixed(2)}`;
  return { what, figures, budget: `≤ ${most.toFixed(1)}`, kept: ratio <= most };
}

/** From the start of the process to the menu on the terminal. */
function firstFrame(env: Record<string, string | undefined>): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const terminal = spawn(binary, ['--target', 'sandbox'], {
      cols: 80,
      rows: 24,
      env: env as Record<string, string>,
    });
    const late = setTimeout(() => reject(new Error('no menu within 20 s')), 20_000);
    let seen = '';
    let took: number | undefined;
    terminal.onData((data) => {
      seen += data;
      if (took === undefined && seen.includes('Flatcar cluster')) {
        took = performance.now() - begun;
        terminal.write('q');
      }
    });
    terminal.onExit(() => {
      clearTimeout(late);
      if (took === undefined) reject(new Error(`no menu: ${seen.slice(-400)}`));
      else resolve(took);
    });
  });
}
