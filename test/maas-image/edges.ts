import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { ImageEdges, ImageEvent } from '../../src/maas-image/edges.ts';
import { fetchHere, startsHere, waitHere } from '../../src/maas-image/this-machine.ts';

export const ASSETS = resolve(import.meta.dirname, '../../assets/maas-image');

/** The real edges of this machine; `events` gathers the progress. */
export function testEdges(given: Partial<ImageEdges> = {}): ImageEdges & { events: ImageEvent[] } {
  const events: ImageEvent[] = [];
  return {
    start: startsHere({
      variables: process.env,
      sendSignal: (pid, signal) => void process.kill(pid, signal),
    }),
    fetch: fetchHere,
    wait: waitHere,
    asset: (path) => readFileSync(join(ASSETS, path), 'utf8'),
    assets: (folder) =>
      readdirSync(join(ASSETS, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(join(ASSETS, folder), join(entry.parentPath, entry.name)))
        .sort(),
    now: Date.now,
    progress: (event) => void events.push(event),
    signal: new AbortController().signal,
    variables: process.env,
    uid: process.geteuid?.() ?? -1,
    cwd: process.cwd(),
    temporary: tmpdir(),
    arch: process.arch,
    ...given,
    events,
  };
}
