import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/run/events.ts';
import { fittingRollRows, rollCells, rollNodeWidth, rollRows } from '../../../src/view/run/roll-rows.ts';
import { newRun, reduceRun } from '../../../src/view/run/state.ts';
import { placeCells, saidCells } from '../../../src/view/text/cells.ts';
import { textWidth } from '../../../src/view/text/fit.ts';
import { signsFor, spokenSigns } from '../../../src/view/text/signs.ts';

const step = (id: string) => ({ id, title: id, needs: [] });
const replaced = (number: number, from: string, to: string) => ({
  name: `g-${number}`,
  node: to,
  begins: `clone ${number}`,
  up: `wait ${number}`,
  olds: [{ node: from, vmid: 100 + number, stops: `stop ${number}`, gone: `remove ${number}` }],
});

const started: RunEvent = {
  time: 0,
  type: 'run-started',
  run: 'r',
  title: 't',
  target: 'lab',
  mode: 'apply',
  process: { pid: 1, machine: 'm' },
  steps: [1, 2, 3].flatMap((n) => [`clone ${n}`, `wait ${n}`, `stop ${n}`, `remove ${n}`].map(step)),
  replacements: [replaced(1, 'pve1', 'pve1'), replaced(2, 'pve1', 'pve10'), replaced(3, 'pve2', 'pve2')],
};

const shown = (events: RunEvent[]) =>
  rollRows([started, ...events].reduce(reduceRun, newRun)).map((row) =>
    saidCells(rollCells(row, { signs: spokenSigns, width: 80 })),
  );

const did = (id: string): RunEvent => ({ time: 1, type: 'step-done', step: id, receipt: null, duration: 1 });

test('each node shows its old and new guests as a roll goes on', () => {
  expect(shown([])).toEqual(['pve1 2 old, 0 new', 'pve2 1 old, 0 new', 'pve10 0 old, 0 new']);
  const half: RunEvent[] = [
    did('clone 1'),
    did('wait 1'),
    did('stop 1'),
    { time: 2, type: 'step-started', step: 'clone 2' },
  ];
  expect(shown(half)).toEqual(['pve1 1 old, 1 new', 'pve2 1 old, 0 new', 'pve10 0 old, 0 new g-2 is made']);
  const waits: RunEvent = { time: 3, type: 'step-started', step: 'wait 2' };
  expect(shown([...half, waits])[2]).toBe('pve10 0 old, 0 new g-2 starts');
  const failed: RunEvent = { time: 4, type: 'step-failed', step: 'wait 2', error: { message: 'deaf' } };
  expect(shown([...half, waits, failed])[2]).toBe('pve10 0 old, 0 new g-2 does not answer');
});

test('a guest that could not be made is told', () => {
  const failed: RunEvent = { time: 4, type: 'step-failed', step: 'clone 2', error: { message: 'full' } };
  expect(shown([failed])[2]).toBe('pve10 0 old, 0 new g-2 could not be made');
});

test('more nodes than room: those where something happens stay, the others are summed up', () => {
  const row = (node: string, old: number, busy: readonly string[] = []) => ({
    node,
    old,
    fresh: 2 - old,
    busy,
  });
  const rows = [
    row('pve1', 0),
    row('pve2', 0),
    row('pve3', 2),
    row('pve4', 1, ['g-7 starts']),
    row('pve5', 2),
  ];
  expect(fittingRollRows(rows, 5)).toEqual(rows);
  expect(fittingRollRows(rows, 3)).toEqual([
    rows[2],
    rows[3],
    { node: '3 more', old: 2, fresh: 4, busy: [] },
  ]);
  expect(fittingRollRows(rows, 1)).toEqual([{ node: '5 more', old: 5, fresh: 5, busy: ['g-7 starts'] }]);
  expect(fittingRollRows(rows, 0)).toEqual([]);
});

test('nodes whose names differ at their end alone are told apart', () => {
  const row = (node: string) => ({ node, old: 1, fresh: 0, busy: ['production-west-edge-agent-17 starts'] });
  const rows = [row('proxmox-rack-01'), row('proxmox-rack-02')];
  const lines = (width: number) => {
    const look = { signs: signsFor(false), width, nodeWidth: rollNodeWidth(rows, width) };
    return rows.map((each) =>
      placeCells(rollCells(each, look), width, '…')
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    );
  };
  expect(lines(80)).toEqual([
    ' proxmox-rack-01  · 1 old   · 0 new    production-west-edge-agent-17 starts',
    ' proxmox-rack-02  · 1 old   · 0 new    production-west-edge-agent-17 starts',
  ]);
  for (const width of [40, 60, 120])
    for (const line of lines(width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
  expect(rollNodeWidth([row('pve1')], 80)).toBe(14);
});
