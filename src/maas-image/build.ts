import { buildNative } from './build-native.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import type { Manifest } from './manifest.ts';

/** Builds an image with the engine of the answers; the manifest lies beside the tarball afterwards. */
export async function buildImage(spec: ImageSpec, edges: ImageEdges): Promise<Manifest> {
  switch (spec.engine) {
    case 'native':
      return buildNative(spec, edges);
    case 'docker':
      return (await import('./build-docker.ts')).buildDocker(spec, edges);
    case 'packer':
      return (await import('./build-packer.ts')).buildPacker(spec, edges);
  }
}
