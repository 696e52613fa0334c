import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import type { Manifest } from './manifest.ts';
import { runCommand } from './run-command.ts';
import { runEngine } from './run-engine.ts';
import { needTools } from './tools.ts';

/** `output`: the image's whole path. */
export function dockerCommands(output: string): readonly (readonly string[])[] {
  return [
    ['docker', 'compose', 'build', '--quiet'],
    ['docker', 'compose', 'run', '--rm', '--name', nameOf(output), 'image'],
  ];
}

/** Builds in a privileged container of Debian: for hosts with docker but another distribution. Throws RunError. */
export async function buildDocker(spec: ImageSpec, edges: ImageEdges): Promise<Manifest> {
  await checkDocker(edges);
  return runEngine(
    spec,
    {
      commands: dockerCommands,
      // Docker's daemon has the container, which so outlives the command that was killed.
      end: (output) => ['docker', 'rm', '--force', nameOf(output)],
      env: (output) => ({ OUTPUT: basename(output), OUTPUT_FOLDER: dirname(output) }),
    },
    edges,
  );
}

/** One container for one image, whichever process builds it. */
function nameOf(output: string): string {
  return `proxwright-image-${createHash('sha256').update(output).digest('hex').slice(0, 12)}`;
}

/** Whether docker is there with its compose, and answers; throws RunError. */
export async function checkDocker(edges: ImageEdges): Promise<void> {
  await needTools(edges, ['docker']);
  const { exitCode, stderr } = await runCommand(edges, ['docker', 'info', '--format', '{{.ServerVersion}}']);
  if (exitCode !== 0) {
    throw new RunError('docker does not answer', {
      why: stderr.trim().split('\n').at(-1) ?? '',
      fix: 'start it (systemctl start docker), and be root or in the group docker',
    });
  }
  if ((await runCommand(edges, ['docker', 'compose', 'version'])).exitCode === 0) return;
  throw new RunError('docker has no "compose"', {
    why: 'it is a package of its own, and before Debian 13 and Ubuntu 24.04 a command of another kind',
    fix: 'apt-get install docker-compose (Debian 13), docker-compose-v2 (Ubuntu), or use engine: native',
  });
}
