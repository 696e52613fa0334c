import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CancelledError, RunError } from '../errors.ts';
import { buildFailure } from './build-failure.ts';
import type { ImageEdges } from './edges.ts';
import type { Manifest } from './manifest.ts';
import { mmdebstrapProgress } from './mmdebstrap-log.ts';
import type { Recipe } from './recipe.ts';

/** Lines that an error is looked for in. */
const LOG_TAIL = 400;

/**
 * mmdebstrap | pigz > half, with progress. Returns what the manifest says of the tarball.
 * Throws RunError and CancelledError; the half tarball and the work folder are the caller's to remove.
 */
export async function makeTarball(
  recipe: Recipe,
  { work, log, half, edges }: { work: string; log: string; half: string; edges: ImageEdges },
): Promise<Omit<Manifest['tarball'], 'file'>> {
  if (edges.signal.aborted) throw new CancelledError();
  // However this process ends, mmdebstrap does not go on without it; its mounts are in a name space of its own.
  const build = edges.start(['setpriv', '--pdeathsig', 'KILL', ...recipe.argv], {
    env: recipe.env,
    cwd: work,
  });
  // -n: no name and time in the header, so that equal trees give equal files.
  const zip = edges.start(['pigz', '--no-name', '-6', '--stdout']);
  const stop = (): void => {
    build.kill();
    zip.kill();
  };
  edges.signal.addEventListener('abort', stop);
  build.stdin.end();
  const tail: string[] = [];
  const reader = mmdebstrapProgress((event) => edges.progress(event));
  const logFile = createWriteStream(log, { mode: 0o640 });
  const logged = new Promise<void>(
    (done) =>
      void createInterface({ input: build.stderr })
        .on('line', (line) => {
          logFile.write(`${line}\n`);
          edges.progress({ type: 'line', text: line });
          if (tail.push(line) > LOG_TAIL) tail.shift();
          reader(line);
        })
        .on('close', () => logFile.end(done)),
  );
  const failures: Error[] = [];
  const note = (error: Error): void => void failures.push(error);
  logFile.on('error', (error) => {
    note(error);
    stop();
  });

  const unpacked = await packing(work, edges);
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  zip.stderr.resume();
  try {
    await Promise.all([
      pipeline(build.stdout, unpacked.counter, zip.stdin).catch(note),
      pipeline(zip.stdout, measure, createWriteStream(half, { mode: 0o644 })).catch((error: Error) => {
        note(error);
        stop();
      }),
    ]);
    const [exitCode] = await Promise.all([build.exit, zip.exit, logged]);
    if (edges.signal.aborted)
      throw new CancelledError('cancelled; nothing is left of the build but its log', { where: log });
    const full = failures.find(isFull);
    if (full) throw noRoom(half, full);
    if (exitCode !== 0) throw buildFailure(tail, { exitCode, log });
    const [failure] = failures;
    if (failure)
      throw new RunError('the tarball cannot be written', {
        where: half,
        why: failure.message,
        cause: failure,
      });
    const zipped = await zip.exit;
    if (zipped !== 0) throw new RunError(`pigz failed (exit code ${zipped})`, { where: half });
  } finally {
    edges.signal.removeEventListener('abort', stop);
    stop();
  }
  edges.progress({ type: 'phase', phase: 'pack', title: 'Tarball', fraction: 1 });
  return { sha256: hash.digest('hex'), bytes, unpacked: unpacked.total() };
}

/** Counts what goes into the tarball, against the size that our hook measured. */
async function packing(
  work: string,
  edges: ImageEdges,
): Promise<{ counter: Transform; total: () => number }> {
  let total = 0;
  let expected: number | undefined;
  let told = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      done(null, chunk);
      if (expected === undefined) {
        expected = 0;
        void readSize(work).then((size) => {
          expected = size;
        });
      } else if (expected > 0 && total / expected - told > 0.02) {
        told = total / expected;
        edges.progress({
          type: 'phase',
          phase: 'pack',
          title: 'Tarball',
          fraction: Math.min(0.99, told),
          detail: `${Math.round(total / 1e6)} of ${Math.round(expected / 1e6)} MB`,
        });
      }
    },
  });
  return { counter, total: () => total };
}

async function readSize(work: string): Promise<number> {
  return Number(await readFile(join(work, 'size'), 'utf8').catch(() => '0'));
}

function isFull(error: Error): boolean {
  return 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function noRoom(file: string, cause: Error): RunError {
  return new RunError('the disk is full', {
    where: dirname(file),
    why: cause.message,
    fix: 'free about 1 GB there, or give maas_image.output another folder',
    cause,
  });
}
