import type { ImageEdges, ImageEvent, PhaseId } from './edges.ts';
import type { Manifest } from './manifest.ts';

/** Edges that remember how long each phase took; a phase ends where another one begins. */
export function phaseTimes(edges: ImageEdges): { edges: ImageEdges; times(): Manifest['times']['phases'] } {
  const begun: { phase: PhaseId; at: number }[] = [];
  const progress = (event: ImageEvent): void => {
    if (event.type === 'phase' && begun.at(-1)?.phase !== event.phase)
      begun.push({ phase: event.phase, at: edges.now() });
    edges.progress(event);
  };
  return {
    edges: { ...edges, progress },
    times() {
      const end = edges.now();
      return begun.map(({ phase, at }, index) => ({
        phase,
        seconds: Math.round(((begun[index + 1]?.at ?? end) - at) / 100) / 10,
      }));
    },
  };
}
