import path from 'node:path';
import { build } from 'esbuild';
import { root } from './environment.ts';

/** Bundles `kill-child.ts`, so that it starts at once however often; returns the file, to be removed. */
export async function buildKillChild(name: string): Promise<string> {
  // One folder below the root, where the assets are found beside it.
  const child = path.join(root, `.cache/${name}-child-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(root, 'test/system/kill-child.ts')],
    outfile: child,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    minify: true,
    external: ['*.node', 'cpu-features'],
    banner: {
      js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);",
    },
    define: { __dirname: '""', 'process.env.NODE_ENV': '"production"' },
  });
  return child;
}
