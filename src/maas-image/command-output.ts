import type { ImageEvent } from './edges.ts';

/** Progress as plain lines: one at the start and end of each phase, and one for each quarter between. */
export function progressLines(write: (line: string) => void): (event: ImageEvent) => void {
  let phase = '';
  let quarter = -1;
  return (event) => {
    if (event.type !== 'phase') return;
    const now = Math.floor(event.fraction * 4);
    if (event.phase === phase && now <= quarter) return;
    phase = event.phase;
    quarter = now;
    write(`${event.title}: ${Math.round(event.fraction * 100)} %${event.detail ? ` (${event.detail})` : ''}`);
  };
}
