import { readFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { checkMachine } from './check-machine.ts';
import type { ImageEdges } from './edges.ts';
import { writeManifest } from './image-file.ts';
import type { ImageSpec } from './image-spec.ts';
import { besideTarball, type Manifest, readPackages } from './manifest.ts';
import { phaseTimes } from './phase-times.ts';
import { buildRecipe } from './recipe.ts';
import { recipeHash } from './recipe-hash.ts';
import { sourceDate } from './source-date.ts';
import { makeTarball } from './tarball.ts';
import { withWorkFolder } from './work-folder.ts';
import { writeRecipe } from './write-recipe.ts';

/**
 * Builds with mmdebstrap on this machine. The tarball has its name only when it is whole.
 * Throws RunError (what is missing or failed) and CancelledError; nothing is left behind then but the log.
 */
export async function buildNative(spec: ImageSpec, outer: ImageEdges): Promise<Manifest> {
  const { edges, times } = phaseTimes(outer);
  const started = edges.now();
  edges.progress({ type: 'phase', phase: 'prepare', title: 'Preparation', fraction: 0 });
  const output = resolve(edges.cwd, spec.output);
  await checkMachine(spec, output, edges);
  const log = besideTarball(output, '.log');

  return withWorkFolder(spec.work_dir ?? edges.temporary, edges, async (work) => {
    const epoch = sourceDate(edges.variables);
    const recipe = buildRecipe(spec, { asset: edges.asset, work, epoch });
    // Of the files as they are now: that is what is built.
    const hash = await recipeHash(spec, edges);
    await writeRecipe(spec, { recipe, folder: work, edges });
    edges.progress({ type: 'phase', phase: 'prepare', title: 'Preparation', fraction: 1 });
    const half = `${output}.part`;
    try {
      const tarball = await makeTarball(recipe, { work, log, half, edges });
      const packages = readPackages(await readFile(join(work, 'packages.tsv'), 'utf8'));
      const kernels = (await readFile(join(work, 'kernels'), 'utf8'))
        .split('\n')
        .filter((line) => line !== '');
      const manifest: Manifest = {
        version: 1,
        release: spec.release,
        arch: spec.arch,
        proxmox: spec.proxmox,
        engine: 'native',
        recipe: hash,
        kernels,
        tarball: { file: basename(output), ...tarball },
        packages,
        ...(epoch === undefined ? {} : { source_date_epoch: epoch }),
        times: {
          started: new Date(started).toISOString(),
          seconds: Math.round((edges.now() - started) / 100) / 10,
          phases: times(),
        },
      };
      await rename(half, output);
      await writeManifest(output, manifest);
      return manifest;
    } finally {
      await rm(half, { force: true });
    }
  });
}
