import { describe, expect, test } from 'vitest';
import { doctorLayout } from '../../../src/view/doctor/layout.ts';
import {
  findingsOf,
  groupsOf,
  mendable,
  narrowed,
  type Show,
  sentenceOf,
} from '../../../src/view/doctor/list.ts';
import { doctorStatus } from '../../../src/view/doctor/rows.ts';
import { signsFor } from '../../../src/view/text/signs.ts';
import { illItem, item, seen, stateOf } from './fake-doctor.ts';

const state = seen(
  item('PVE-VERSION', 'pve1'),
  item('PVE-VERSION', 'pve2'),
  item('PVE-VERSION', 'pve3'),
  item('PVE-REBOOT', 'pve1', { severity: 'info', message: 'waits' }),
  illItem('PVE-HOSTS', 'pve1'),
  illItem('PVE-HOSTS', 'pve2'),
  item('PVE-HOSTS', 'pve3'),
  item('NET-MTU', '', { severity: 'warn', message: '9000 beside 1500' }),
  item('NET-BOND', 'pve1', { severity: 'skip', message: 'there is no bond' }),
);
const findings = findingsOf(state);
const listed = (more: Partial<Parameters<typeof narrowed>[1]>) =>
  narrowed(findings, { group: 'all', show: 'everything', find: '', ...more }).map(sentenceOf);

test('nodes that say the same are one line, the worst first', () => {
  expect(findings.map((one) => `${one.members[0].id} ${sentenceOf(one)}`)).toEqual([
    'PVE-HOSTS pve1, pve2: its name is on 127.0.1.1',
    'NET-MTU 9000 beside 1500',
    'PVE-REBOOT pve1: waits',
    'PVE-VERSION all nodes: as it should be',
    'PVE-HOSTS pve3: as it should be',
    'NET-BOND pve1: there is no bond',
  ]);
});

test('the key of a line is the same when another node joins in', () => {
  const before = findingsOf(seen(illItem('PVE-HOSTS', 'pve1')));
  expect(before[0]?.key).toBe(findings[0]?.key);
});

test('a fix is one for each node', () => {
  expect(mendable(findings).map(({ ref }) => ref)).toEqual(['PVE-HOSTS pve1 0', 'PVE-HOSTS pve2 0']);
});

test('groups stand in the order of the checks, with their figures', () => {
  expect(groupsOf(state.jobs, findings)).toEqual([
    { id: 'node', counts: { fail: 1, warn: 0, info: 1, pass: 2, skip: 0 }, waiting: 0, partial: false },
    { id: 'network', counts: { fail: 0, warn: 1, info: 0, pass: 0, skip: 1 }, waiting: 0, partial: false },
  ]);
});

test.each([
  ['remarks', 3],
  ['warnings', 2],
  ['failures', 1],
  ['fixable', 1],
  ['everything', 6],
] satisfies [Show, number][])('%s', (show, count) => {
  expect(listed({ show })).toHaveLength(count);
});

test('words are looked for in ids, titles, nodes and messages, in any order', () => {
  expect(listed({ find: 'pve1 HOSTS' })).toEqual(['pve1, pve2: its name is on 127.0.1.1']);
  expect(listed({ find: 'title of net-mtu' })).toEqual(['9000 beside 1500']);
  expect(listed({ find: '127.0.1.1', group: 'network' })).toEqual([]);
  expect(listed({ find: 'no such thing' })).toEqual([]);
});

describe('the line in the menu', () => {
  const line = (of: typeof state) => doctorStatus(of, { findings: findingsOf(of), signs: signsFor(false) });
  test('says what is wrong, the worst as its sign', () => {
    expect(line(state)).toMatchObject({ summary: '1 failed, 1 warning, 1 remark', status: { text: '✗ 1' } });
    const warned = seen(item('NET-MTU', '', { severity: 'warn' }));
    expect(line(warned)).toMatchObject({ summary: '1 warning', status: { text: '! 1' } });
    expect(line(seen(item('NET-MTU', '')))).toMatchObject({
      summary: 'nothing is wrong',
      status: { text: '✓ well' },
    });
  });
  test('says well only of what was looked at whole', () => {
    const [began] = [{ type: 'look-began', nodes: [], jobs: [] } as const];
    expect(line(stateOf({ type: 'look-asked' }, began))).not.toHaveProperty('status');
    expect(line(stateOf({ type: 'look-asked' }, began, { type: 'look-cancelled' }))).not.toHaveProperty(
      'status',
    );
    expect(line(stateOf({ type: 'look-failed', error: 1 })).status?.text).toBe('! open to see why');
  });
});

test.each([
  [78, 18, false, 'below', 25],
  [118, 34, false, 'below', 25],
  [158, 44, true, 'right', 25],
  [58, 13, false, 'below', 0],
  [58, 11, false, 'nowhere', 0],
  [38, 6, false, 'nowhere', 0],
])('%i columns, %i rows', (width, height, veryWide, at, groups) => {
  const layout = doctorLayout({ width, height, veryWide }, 10);
  expect(layout).toMatchObject({ groups, details: { at } });
  const { list, details } = layout;
  // Nothing goes beyond the body, in neither direction.
  const rows = at === 'below' ? list.height + 1 + details.height : Math.max(list.height, details.height);
  const columns = (groups ? groups + 2 : 0) + list.width + (at === 'right' ? 2 + details.width : 0);
  expect(rows).toBe(height);
  expect(columns).toBe(width);
});
