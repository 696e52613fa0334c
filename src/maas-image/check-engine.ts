import { checkDocker } from './build-docker.ts';
import { checkPacker } from './build-packer.ts';
import { checkMachine } from './check-machine.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import { checkRoom } from './run-engine.ts';

/** Whether a build can begin here; throws RunError with what to do first. */
export async function checkEngine(spec: ImageSpec, output: string, edges: ImageEdges): Promise<void> {
  if (spec.engine === 'native') return checkMachine(spec, output, edges);
  await (spec.engine === 'docker' ? checkDocker(edges) : checkPacker(spec, edges));
  await checkRoom(output, spec, edges);
}
