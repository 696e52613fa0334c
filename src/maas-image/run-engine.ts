import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { CancelledError, RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { writeManifest } from './image-file.ts';
import type { ImageSpec } from './image-spec.ts';
import { besideTarball, type Manifest } from './manifest.ts';
import { recipeHash } from './recipe-hash.ts';
import { renderEngine } from './render.ts';
import { roomFor } from './room.ts';
import { withWorkFolder } from './work-folder.ts';

export interface EngineRun {
  /** Commands that run one after the other in the rendered folder. */
  commands(output: string): readonly (readonly string[])[];
  env(output: string): Record<string, string>;
  /** Ends what an earlier build of this image, or one that was cancelled, has left running. */
  end?(output: string): readonly string[];
}

/**
 * Renders an engine's files, runs its commands, and checks that tarball and manifest came out of it.
 * Throws RunError and CancelledError.
 */
export async function runEngine(spec: ImageSpec, engine: EngineRun, edges: ImageEdges): Promise<Manifest> {
  const output = resolve(edges.cwd, spec.output);
  await checkRoom(output, spec, edges);
  return withWorkFolder(spec.work_dir ?? edges.temporary, edges, async (folder) => {
    edges.progress({ type: 'phase', phase: 'prepare', title: 'Preparation', fraction: 0 });
    const recipe = await recipeHash(spec, edges);
    await renderEngine(spec, folder, edges);
    edges.progress({ type: 'phase', phase: 'engine', title: `Build with ${spec.engine}`, fraction: 0 });
    const end = async (): Promise<void> => {
      if (engine.end) await toItsEnd(engine.end(output), edges);
    };
    try {
      await end();
      for (const argv of engine.commands(output))
        await follow(argv, { folder, env: engine.env(output), edges });
      edges.progress({ type: 'phase', phase: 'engine', title: `Build with ${spec.engine}`, fraction: 1 });
      return await wholeManifest(spec, output, recipe);
    } catch (error) {
      await end();
      await rm(`${output}.part`, { force: true });
      throw error;
    }
  });
}

/** Whether there is a folder for the image, and room to build in; throws RunError. */
export async function checkRoom(output: string, spec: ImageSpec, edges: ImageEdges): Promise<void> {
  const folder = dirname(output);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new RunError('the folder for the image is not there', { where: folder, fix: `mkdir -p ${folder}` });
  const work = spec.work_dir ?? edges.temporary;
  const { bavail, bsize } = await statfs(work).catch(() => ({ bavail: Number.POSITIVE_INFINITY, bsize: 1 }));
  const { building } = roomFor(spec);
  if (bavail * bsize < building) {
    throw new RunError(`there is too little room: ${((bavail * bsize) / 1e9).toFixed(1)} GB free`, {
      where: work,
      why: `${building / 1e9} GB are needed`,
      fix: 'free some, or set maas_image.work_dir to a folder on another disk',
    });
  }
}

async function follow(
  argv: readonly string[],
  { folder, env, edges }: { folder: string; env: Record<string, string>; edges: ImageEdges },
): Promise<void> {
  const running = edges.start(argv, { cwd: folder, env });
  const stop = (): void => running.kill();
  edges.signal.addEventListener('abort', stop);
  const last: string[] = [];
  running.stdin.end();
  for (const stream of [running.stdout, running.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      edges.progress({ type: 'line', text });
      if (last.push(text) > 20) last.shift();
    });
  }
  const exitCode = await running.exit;
  edges.signal.removeEventListener('abort', stop);
  if (edges.signal.aborted) throw new CancelledError();
  if (exitCode !== 0) {
    throw new RunError(`${argv.slice(0, 2).join(' ')} failed (exit code ${exitCode})`, {
      why: last
        .filter((line) => line.trim() !== '')
        .slice(-8)
        .join('\n       '),
      fix: 'proxwright image build --render-only FOLDER writes the files, to run it by hand',
    });
  }
}

/** Also when all else was cancelled; that there is nothing to end is no failure. */
async function toItsEnd(argv: readonly string[], edges: ImageEdges): Promise<void> {
  const running = edges.start(argv);
  running.stdin.end();
  for (const stream of [running.stdout, running.stderr]) stream.resume();
  await running.exit;
}

async function wholeManifest(spec: ImageSpec, output: string, recipe: string): Promise<Manifest> {
  const file = besideTarball(output, '.manifest.json');
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    const hash = createHash('sha256');
    await pipeline(createReadStream(output), hash);
    if (hash.digest('hex') !== manifest.tarball.sha256)
      throw new Error('the tarball does not have the checksum of the manifest');
    const whole = {
      ...manifest,
      engine: spec.engine,
      recipe,
      tarball: { ...manifest.tarball, file: basename(output) },
    };
    await writeManifest(output, whole);
    return whole;
  } catch (cause) {
    throw new RunError(`${spec.engine} ended without a whole image`, {
      where: join(dirname(file)),
      why: (cause as Error).message,
      cause,
    });
  }
}
