import { expect, test } from 'vitest';
import { offerHistory } from '../../src/kea/offers.ts';

test('counters of generations that follow each other become OFFERs per minute of the last hour', () => {
  const history = offerHistory();
  history.count(3, { generation: 'a', minute: 100 });
  history.count(5, { generation: 'a', minute: 100 });
  history.count(7, { generation: 'a', minute: 101 });
  // The next generation begins at nothing, and the old one may be asked once more.
  history.count(1, { generation: 'b', minute: 101 });
  history.count(8, { generation: 'a', minute: 101 });
  history.count(1, { generation: 'b', minute: 103 });
  const minutes = history.minutes(103);
  expect(minutes).toHaveLength(60);
  expect(minutes.slice(-5)).toEqual([0, 5, 4, 0, 0]);
  expect(history.minutes(160).slice(0, 2)).toEqual([4, 0]);
  history.count(2, { generation: 'b', minute: 161 });
  expect(history.minutes(161).filter((count) => count > 0)).toEqual([1]);
});

test('what a Kea had counted before this agent took it over is no peak of this minute', () => {
  const history = offerHistory();
  history.adopt('a');
  history.count(4000, { generation: 'a', minute: 100 });
  history.count(4002, { generation: 'a', minute: 101 });
  expect(history.minutes(101).slice(-2)).toEqual([0, 2]);
});
