import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ProxwrightError } from '../errors.ts';
import { checkEngine } from './check-engine.ts';
import type { ImageEdges } from './edges.ts';
import { lookAtImage } from './image-file.ts';
import type { ImageSpec } from './image-spec.ts';
import type { Manifest } from './manifest.ts';
import { recipeHash } from './recipe-hash.ts';
import { sourceDate } from './source-date.ts';

/** Where an image is to be built and to lie, as it is now. All of it may go into a plan: no secret is in it. */
export interface ImagePlace {
  output: string;
  /** Hash of the recipe that the answers make now. */
  recipe: string;
  /** Seconds since 1970 that times are to be cut to, where that is asked for. */
  epoch?: number;
  /** What lies there; undefined: nothing. */
  found?: FoundImage;
  /** What keeps a build from beginning. */
  problem?: { message: string; fix?: string; answer?: AnswerAtFault };
  work: { folder: string; free: number };
  folder: { folder: string; free: number };
}

/** The key that a problem is about, where it is about one and not about the machine. */
type AnswerAtFault = 'output' | 'work_dir' | 'script';

export interface FoundImage {
  /** Made by us: it has a manifest that belongs to it. */
  ours: boolean;
  recipe?: string;
  /** Seconds since 1970 that its files' times were cut to. */
  epoch?: number;
  sha256?: string;
  bytes: number;
  /** Milliseconds since 1970. */
  built: number;
  verified: boolean;
  times?: Manifest['times'];
  engine?: ImageSpec['engine'];
}

/** Looks at this machine for one image; changes nothing. */
export async function lookAtPlace(spec: ImageSpec, edges: ImageEdges): Promise<ImagePlace> {
  const output = resolve(edges.cwd, spec.output);
  const work = spec.work_dir ? resolve(edges.cwd, spec.work_dir) : edges.temporary;
  const there = await lookAtImage(output);
  const { epoch, problem } = await readinessOf(spec, output, edges);
  return {
    output,
    recipe: await recipeHash(spec, edges),
    ...(epoch === undefined ? {} : { epoch }),
    ...(there ? { found: foundImage(there) } : {}),
    ...(problem ? { problem } : {}),
    work: { folder: work, free: await freeBytes(work) },
    folder: { folder: dirname(output), free: await freeBytes(dirname(output)) },
  };
}

function foundImage({
  bytes,
  changed,
  manifest,
}: NonNullable<Awaited<ReturnType<typeof lookAtImage>>>): FoundImage {
  if (!manifest) return { ours: false, bytes, built: changed, verified: false };
  const { recipe, source_date_epoch: epoch, times, tarball, verified, engine } = manifest;
  return {
    ours: true,
    bytes,
    built: Date.parse(times.started),
    sha256: tarball.sha256,
    verified: verified !== undefined,
    times,
    engine,
    ...(recipe === undefined ? {} : { recipe }),
    ...(epoch === undefined ? {} : { epoch }),
  };
}

async function readinessOf(
  spec: ImageSpec,
  output: string,
  edges: ImageEdges,
): Promise<Pick<ImagePlace, 'epoch' | 'problem'>> {
  try {
    const epoch = sourceDate(edges.variables);
    await checkEngine(spec, output, edges);
    return epoch === undefined ? {} : { epoch };
  } catch (error) {
    if (!(error instanceof ProxwrightError)) throw error;
    const { message, where, why, fix } = error;
    const words = [where ? `${where}: ${message}` : message, why].filter((part) => part).join('; ');
    const answer = where === undefined ? undefined : answerAt(where, spec, output);
    return { problem: { message: words, ...(fix ? { fix } : {}), ...(answer ? { answer } : {}) } };
  }
}

function answerAt(where: string, spec: ImageSpec, output: string): AnswerAtFault | undefined {
  if (where === dirname(output)) return 'output';
  if (where === spec.work_dir) return 'work_dir';
  return where === spec.script ? 'script' : undefined;
}

/** Of the nearest folder above that is there. */
async function freeBytes(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    const room = await statfs(at).catch(() => undefined);
    if (room) return room.bavail * room.bsize;
    if (dirname(at) === at) return 0;
  }
}
