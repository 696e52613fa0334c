import path from 'node:path';
import { build } from 'esbuild';

/** The agent in one file, as the build makes it: Node's type stripping takes 30 MiB, and a slow machine seconds. */
export async function bundleAgent(folder: string): Promise<string> {
  const outfile = path.join(folder, 'agent.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'kea-agent-process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
