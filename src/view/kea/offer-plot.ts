import { counted } from '../text/durations.ts';

export interface OfferPlot {
  /** From top to bottom, each as wide as the plot. */
  rows: string[];
  /** Below them: from when to when. */
  axis: string;
  heading: string;
  /** The same in words. */
  said: string;
}

/** A small plot of OFFERs per minute, oldest first in `minutes`; of more minutes than columns the newest are shown. */
export function offerPlot(
  minutes: readonly number[],
  { width, height, ascii }: { width: number; height: number; ascii: boolean },
): OfferPlot {
  const shown = minutes.slice(-Math.max(1, width));
  const most = Math.max(0, ...shown);
  const levels = ascii ? asciiLevels : blockLevels;
  const steps = levels.length - 1;
  // Whoever asked once is seen, however many asked at another time.
  const filled = shown.map((count) =>
    count === 0 ? 0 : Math.max(1, Math.round((count / most) * height * steps)),
  );
  const rows = Array.from({ length: height }, (_, at) => {
    const below = (height - 1 - at) * steps;
    return filled.map((level) => levels[Math.min(steps, Math.max(0, level - below))]).join('');
  });
  const sum = shown.reduce((total, count) => total + count, 0);
  return {
    rows,
    axis: axisOf(shown.length, ascii ? '-' : '─'),
    heading: most === 0 ? `no OFFER in the last ${shown.length} min` : `OFFERs per minute, most ${most}`,
    said: `${counted(sum, 'OFFER')} in the last ${counted(shown.length, 'minute')}, at most ${most} in one minute`,
  };
}

/** `40 min ago ──────── now` */
function axisOf(columns: number, line: string): string {
  const [from, to] = [`${columns} min ago `, ' now'];
  const rest = columns - from.length - to.length;
  return rest < 2 ? line.repeat(columns) : `${from}${line.repeat(rest)}${to}`;
}

const blockLevels = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiLevels = [' ', '.', ':', '#'];
