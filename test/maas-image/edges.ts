import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ImageEdges, ImageEvent } from '../../src/maas-image/edges.ts';
import { imageEdgesHere } from '../../src/maas-image/this-machine.ts';

export const ASSETS = resolve(import.meta.dirname, '../../assets/maas-image');

/** The real edges of this machine; `events` gathers the progress. */
export function testEdges(given: Partial<ImageEdges> = {}): ImageEdges & { events: ImageEvent[] } {
  const events: ImageEvent[] = [];
  return {
    ...imageEdgesHere({
      variables: process.env,
      sendSignal: (pid, signal) => void process.kill(pid, signal),
      asset: (path) => readFileSync(join(ASSETS, path), 'utf8'),
      signal: new AbortController().signal,
      uid: process.geteuid?.() ?? -1,
      cwd: process.cwd(),
      temporary: tmpdir(),
    }),
    progress: (event) => void events.push(event),
    ...given,
    events,
  };
}
