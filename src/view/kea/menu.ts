import type { Cell } from '../text/cells.ts';
import { counted } from '../text/durations.ts';
import type { Signs } from '../text/signs.ts';
import type { KeaReading } from './reading.ts';

/** What the menu says of the Kea agents, one reading per node; undefined where none runs. */
export function keaMenuStatus(readings: readonly KeaReading[], signs: Signs): Cell | undefined {
  const running = readings.flatMap((reading) => (reading.agent === 'running' ? [reading.status] : []));
  if (running.length === 0) return undefined;
  const failed = running.flatMap(({ networks }) => networks).filter(({ state }) => state === 'failed').length;
  if (failed > 0) {
    const what = `${counted(failed, 'network')} not served`;
    return { text: `${signs.failed} ${what}`, as: 'failed', said: what };
  }
  const where =
    running.length < readings.length ? `on ${running.length} of ${readings.length} nodes` : 'running';
  return { text: `${signs.ok} ${where}`, as: 'ok', said: where };
}
