import { describe, expect, test } from 'vitest';
import {
  chosenFinding,
  cursorOf,
  type DoctorBrowse,
  newBrowse,
  USES,
} from '../../../src/view/doctor/browse.ts';
import { type DoctorAct, doctorKey, keysOf } from '../../../src/view/doctor/keys.ts';
import { findingsOf, first } from '../../../src/view/doctor/list.ts';
import { type DoctorState, reduceDoctor } from '../../../src/view/doctor/state.ts';
import type { Press } from '../../../src/view/press.ts';
import { illItem, item, seen, stateOf } from './fake-doctor.ts';

const hosts = illItem('PVE-HOSTS', 'pve1');
const mtu = item('NET-MTU', '', { severity: 'warn', message: '9000 beside 1500' });
const reboot = item('PVE-REBOOT', 'pve1', { severity: 'info', message: 'waits' });
const state = seen(hosts, mtu, reboot, item('KEA-AGENT', 'pve1'));

/** Presses keys one after the other: names of keys, or what is typed. */
function press(keys: string, from: DoctorBrowse = newBrowse, at: DoctorState = state) {
  let browse = from;
  let act: DoctorAct | undefined;
  for (const key of keys.split(' ')) {
    const named = /^(up|down|left|right|enter|escape|tab|backtab|end|pagedown|backspace)$/.test(key);
    const one = key.startsWith('^')
      ? { key: 'ctrl', text: key.slice(1) }
      : { key: named ? key : 'text', text: named ? '' : key };
    const pressed = doctorKey(one as Press, { browse, state: at, lines: { count: 30, height: 11 } });
    browse = pressed.browse;
    act = pressed.act;
  }
  return { browse, act, chosen: chosenFinding(browse, findingsOf(at))?.members[0].id };
}

describe('in the list', () => {
  test('the cursor goes through it and round its ends', () => {
    expect(press('down').chosen).toBe('NET-MTU');
    expect(press('down down').chosen).toBe('PVE-REBOOT');
    expect(press('up').chosen).toBe('PVE-REBOOT');
    expect(press('end').chosen).toBe('PVE-REBOOT');
  });

  test('tab goes through the groups, to what works here and round', () => {
    const groups = ['node', 'network', 'kea', USES, 'all'];
    groups.reduce((browse, group) => {
      const next = press('tab', browse).browse;
      expect(next.group).toBe(group);
      return next;
    }, newBrowse);
    expect(press('left').browse.group).toBe(USES);
    expect(press('down tab tab').chosen).toBe('NET-MTU');
  });

  test('s lists fewer, in the end everything, and keeps the finding where it is still listed', () => {
    expect(keysOf(press('s').browse, state)).toHaveLength(2);
    expect(press('down s').chosen).toBe('NET-MTU');
    expect(press('down s s').chosen).toBe('PVE-HOSTS');
    expect(press('s s s').browse.show).toBe('fixable');
    expect(keysOf(press('s s s s').browse, state)).toHaveLength(4);
    expect(press('s s s s s').browse).toEqual(newBrowse);
  });

  test('/ narrows while it is typed; enter keeps that, escape lists all again', () => {
    const typing = press('/ mtu');
    expect(typing.chosen).toBe('NET-MTU');
    expect(typing.browse.typing).toBeDefined();
    const kept = press('enter', typing.browse);
    expect(kept.browse).toMatchObject({ find: 'mtu' });
    expect(kept.browse.typing).toBeUndefined();
    // Letters are keys again, and the first escape does not leave.
    expect(press('s', kept.browse).browse.show).toBe('warnings');
    const all = press('escape', kept.browse);
    expect(all).toMatchObject({ browse: { find: '' }, act: undefined });
    expect(press('escape', all.browse).act).toEqual({ do: 'back' });
    expect(press('escape', typing.browse).browse.find).toBe('');
    // What was typed is there again to go on with.
    expect(press('/', kept.browse).browse.typing?.text).toBe('mtu');
  });

  test.each([
    ['r', { do: 'look', only: ['PVE-HOSTS'] }],
    ['down r', { do: 'look', only: ['NET-MTU'] }],
    ['a', { do: 'look' }],
    ['?', { do: 'help' }],
    ['q', { do: 'back' }],
    ['c', undefined],
    ['x', undefined],
  ])('%s', (keys, act) => {
    expect(press(keys).act).toEqual(act);
  });

  test('while checks run they can be cancelled, and nothing else begins', () => {
    const running = reduceDoctor(state, { type: 'look-asked' });
    expect(press('c', newBrowse, running).act).toEqual({ do: 'cancel' });
    for (const key of ['r', 'a', 'f', 'F']) {
      const pressed = press(key, newBrowse, running);
      expect(pressed.act).toBeUndefined();
      expect(pressed.browse.notice).toContain('still running');
    }
    expect(press('r down', newBrowse, running).browse).not.toHaveProperty('notice');
  });

  test('the cursor stays with its finding when others come and go', () => {
    const { browse } = press('down');
    const later = seen(illItem('PVE-DNS', 'pve2'), hosts, mtu);
    expect(chosenFinding(browse, findingsOf(later))?.members[0].id).toBe('NET-MTU');
    // Where it went, its neighbour is next.
    expect(cursorOf(browse, keysOf(browse, seen(hosts)))).toBe(0);
  });

  test('nothing said, nothing chosen', () => {
    for (const key of ['enter', 'r', 'f', 'down', 'up', 'end'])
      expect(press(key, newBrowse, stateOf())).toMatchObject({ act: undefined, browse: { view: 'list' } });
  });
});

describe('details', () => {
  const { browse } = press('enter');
  test('open, scroll within what there is, and close', () => {
    expect(browse.view).toBe('details');
    expect(press('down down', browse).browse.from).toBe(2);
    expect(press('end', browse).browse.from).toBe(20);
    expect(press('up', browse).browse.from).toBe(0);
    expect(press('escape', browse)).toMatchObject({ browse: { view: 'list' }, act: undefined });
  });

  test('stay with a finding that has become well', () => {
    const well = seen(item('PVE-HOSTS', 'pve1'), mtu, reboot);
    const finding = chosenFinding(browse, findingsOf(well));
    expect(finding && first(finding)).toMatchObject({ id: 'PVE-HOSTS', severity: 'pass' });
    expect(press('r', browse, well).act).toEqual({ do: 'look', only: ['PVE-HOSTS'] });
  });
});

describe('fixing', () => {
  test('shows the changes first, and needs a yes', () => {
    const asked = press('f');
    expect(asked).toMatchObject({ browse: { view: 'fix', fixing: [{ ref: hosts.ref }] }, act: undefined });
    for (const key of ['n', 'q', 'escape', 'left'])
      expect(press(key, asked.browse)).toMatchObject({
        browse: { view: 'list', fixing: [] },
        act: undefined,
      });
    for (const key of ['enter', 'x', 'f']) expect(press(key, asked.browse).browse.view).toBe('fix');
    expect(press('y', asked.browse)).toMatchObject({
      browse: { view: 'list' },
      act: { do: 'mend', items: [{ ref: hosts.ref }] },
    });
  });

  test('says so where only a person can', () => {
    expect(press('down f').browse).toMatchObject({
      view: 'list',
      notice: expect.stringContaining('a person'),
    });
  });

  test('F takes all that is listed, on every node, and nothing that is not', () => {
    const both = seen(hosts, illItem('PVE-HOSTS', 'pve2'), illItem('NET-PENDING', 'pve3'), mtu);
    const refs = (keys: string) => press(keys, newBrowse, both).browse.fixing.map(({ ref }) => ref);
    expect(refs('F')).toEqual(['PVE-HOSTS pve1 0', 'PVE-HOSTS pve2 0', 'NET-PENDING pve3 0']);
    expect(refs('tab tab F')).toEqual(['NET-PENDING pve3 0']);
    expect(refs('/ hosts enter F')).toHaveLength(2);
    expect(refs('down F')).toHaveLength(3);
  });

  const mending = reduceDoctor(state, { type: 'mend-asked', items: [hosts] });
  test.each(['c', 'escape', '^c'])('%s stops it after what is begun', (key) => {
    expect(press(key, newBrowse, mending).act).toEqual({ do: 'stop' });
  });

  test('only a second Ctrl+C leaves in the middle', () => {
    const stopping = reduceDoctor(mending, { type: 'mend-stopping' });
    expect(press('c', newBrowse, stopping).act).toBeUndefined();
    expect(press('escape', newBrowse, stopping).act).toBeUndefined();
    expect(press('^c', newBrowse, stopping).act).toEqual({ do: 'leave' });
  });

  test('its result stays until it was seen', () => {
    const over = reduceDoctor(mending, { type: 'mend-over' });
    expect(press('x', newBrowse, over).act).toBeUndefined();
    expect(press('enter', newBrowse, over).act).toEqual({ do: 'dismiss' });
    expect(press('escape', newBrowse, over).act).toEqual({ do: 'dismiss' });
    expect(press('^c', newBrowse, over).act).toEqual({ do: 'leave' });
  });
});

test('what works here is gone through line by line, and nothing there can be fixed', () => {
  const { browse } = press('backtab down');
  expect(cursorOf(browse, keysOf(browse, state))).toBe(1);
  expect(press('f', browse).browse.view).toBe('list');
  expect(press('r', browse).act).toBeUndefined();
  expect(press('enter', browse).browse.view).toBe('details');
});
