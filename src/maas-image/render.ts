import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RunError } from '../errors.ts';
import { BUNDLED } from './bundled.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import { keyToFetch } from './keyring.ts';
import { buildRecipe, type Recipe } from './recipe.ts';
import { recipeHash } from './recipe-hash.ts';
import { DEBIAN_KEYRING } from './sources.ts';
import { writeRecipe } from './write-recipe.ts';

/** Where a rendered recipe says that it is. */
const RECIPE = '/recipe';

/**
 * Writes what an engine needs into a folder, without running anything: the recipe with its build script, and the
 * engine's own files beside it. Returns the files, relative to the folder. Throws RunError.
 */
export async function renderEngine(spec: ImageSpec, folder: string, edges: ImageEdges): Promise<string[]> {
  const target = resolve(edges.cwd, folder);
  const recipe = await renderedRecipe(spec, edges);
  const own = engineFiles(spec, edges);
  try {
    await mkdir(target, { recursive: true });
    for (const [path, { content, mode }] of own) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), content, { mode });
    }
  } catch (cause) {
    throw new RunError('the folder cannot be written', {
      where: target,
      why: (cause as Error).message,
      cause,
    });
  }
  await writeRecipe(spec, { recipe, folder: join(target, 'recipe'), edges, offline: true });
  return [...own.keys(), ...[...recipe.files.keys()].map((path) => `recipe/${path}`)].sort();
}

/** The recipe as a container or virtual machine has it, at /recipe, with the command as a shell script. */
async function renderedRecipe(spec: ImageSpec, edges: ImageEdges): Promise<Recipe> {
  const recipe = buildRecipe(
    { ...spec, debian_keyring: DEBIAN_KEYRING },
    { asset: edges.asset, work: RECIPE },
  );
  const { TMPDIR: _, ...env } = recipe.env;
  const lines = [
    '#!/bin/sh',
    '# What the native engine runs. Its tarball comes on stdout.',
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${recipe.argv.map(quoted).join(' \\\n  ')}`,
    '',
  ];
  const { release, arch, proxmox, engine } = spec;
  recipe.files.set('command', { content: lines.join('\n'), mode: 0o755 });
  recipe.files.set('build', { content: edges.asset('engines/build'), mode: 0o755 });
  recipe.files.set('about.json', {
    content: `${JSON.stringify({ version: 1, release, arch, proxmox, engine, recipe: await recipeHash(spec, edges) })}\n`,
    mode: 0o644,
  });
  const key = keyToFetch(spec);
  if (key)
    recipe.files.set('proxmox.key', { content: `${key.url} ${key.sha256.toLowerCase()}\n`, mode: 0o644 });
  return recipe;
}

function engineFiles({ engine }: ImageSpec, edges: ImageEdges): Recipe['files'] {
  const files: Recipe['files'] = new Map();
  if (engine === 'native') return files;
  for (const name of BUNDLED[engine])
    files.set(name, {
      content: edges.asset(`engines/${engine}/${name}`),
      mode: name === 'entrypoint' ? 0o755 : 0o644,
    });
  return files;
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
