import { describe, expect, test } from 'vitest';
import { offerPlot } from '../../../src/view/kea/offer-plot.ts';

const hour = (...newest: number[]): number[] => [
  ...Array.from({ length: 60 - newest.length }, () => 0),
  ...newest,
];

describe('OFFERs per minute as a plot', () => {
  test('the highest minute is as high as the plot; one OFFER is seen beside a thousand', () => {
    const { rows, heading } = offerPlot(hour(1, 500, 1000), { width: 60, height: 2, ascii: false });
    expect(rows.map((row) => row.trimEnd())).toEqual([`${' '.repeat(59)}█`, `${' '.repeat(57)}▁██`]);
    expect(heading).toBe('OFFERs per minute, most 1000');
  });

  test('of more minutes than columns the newest', () => {
    const { rows, axis, said } = offerPlot([9, ...hour(2).slice(1)], { width: 20, height: 1, ascii: false });
    expect(rows).toEqual([`${' '.repeat(19)}█`]);
    expect(axis).toBe('20 min ago ───── now');
    expect(said).toBe('2 OFFERs in the last 20 minutes, at most 2 in one minute');
  });

  test('ASCII', () => {
    const { rows, axis } = offerPlot(hour(1, 2, 3), { width: 24, height: 1, ascii: true });
    expect(rows).toEqual([`${' '.repeat(21)}.:#`]);
    expect(axis).toBe('24 min ago --------- now');
  });

  test('nobody asked; no room at all', () => {
    expect(offerPlot(hour(), { width: 30, height: 2, ascii: false })).toMatchObject({
      rows: [' '.repeat(30), ' '.repeat(30)],
      heading: 'no OFFER in the last 30 min',
    });
    expect(offerPlot(hour(3), { width: 0, height: 0, ascii: false })).toMatchObject({ rows: [], axis: '─' });
  });
});
