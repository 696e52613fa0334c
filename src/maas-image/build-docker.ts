import { basename, dirname } from 'node:path';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import type { Manifest } from './manifest.ts';
import { runCommand } from './run-command.ts';
import { runEngine } from './run-engine.ts';
import { needTools } from './tools.ts';

export const dockerCommands = [
  ['docker', 'compose', 'build', '--quiet'],
  ['docker', 'compose', 'run', '--rm', 'image'],
] as const;

/** Builds in a privileged container of Debian: for hosts with docker but another distribution. Throws RunError. */
export async function buildDocker(spec: ImageSpec, edges: ImageEdges): Promise<Manifest> {
  await checkDocker(edges);
  return runEngine(
    spec,
    {
      commands: () => dockerCommands,
      env: (output) => ({ OUTPUT: basename(output), OUTPUT_FOLDER: dirname(output) }),
    },
    edges,
  );
}

/** Whether docker is there and answers; throws RunError. */
export async function checkDocker(edges: ImageEdges): Promise<void> {
  await needTools(edges, ['docker']);
  const { exitCode, stderr } = await runCommand(edges, ['docker', 'info', '--format', '{{.ServerVersion}}']);
  if (exitCode !== 0) {
    throw new RunError('docker does not answer', {
      why: stderr.trim().split('\n').at(-1) ?? '',
      fix: 'start it (systemctl start docker), and be root or in the group docker',
    });
  }
}
