import { expect, test } from 'vitest';
import type { GuestIdentity } from '../../src/facts/facts.ts';
import { readIdentity, stripIdentity, writeIdentity } from '../../src/pve/description.ts';

const GUEST: GuestIdentity = { cluster: 'edge', group: 'server', index: 1, uid: 'u1', spec: 's1' };
const LINE = 'proxwright: cluster=edge group=server index=1 uid=u1 spec=s1';

test('our line comes last, foreign text stays as it was', () => {
  expect(writeIdentity('', GUEST)).toBe(LINE);
  expect(writeIdentity('Notes of a person', GUEST)).toBe(`Notes of a person\n${LINE}`);
  expect(writeIdentity('a\n\nb\n', GUEST)).toBe(`a\n\nb\n${LINE}`);
});

test('an older line is replaced', () => {
  expect(writeIdentity(`Notes\n${LINE}\n`, { ...GUEST, spec: 's2' })).toBe(
    `Notes\n${LINE.replace('s1', 's2')}`,
  );
  expect(stripIdentity(`Notes\n${LINE}`)).toBe('Notes\n');
  expect(stripIdentity('Notes')).toBe('Notes');
});

test.each<[string, GuestIdentity]>([
  ['a guest', GUEST],
  ['a template', { template: 'flatcar-stable', image: 'flatcar-stable/4081.2.0', uid: 'u', spec: 's' }],
  ['odd names', { cluster: 'büro =%', image: 'https://x/y?z=1', uid: 'u', spec: 's' }],
])('%s is read as it was written', (_, identity) => {
  expect(readIdentity(writeIdentity('text\n', identity))).toEqual(identity);
  expect(readIdentity(`${writeIdentity('text', identity)}\r\n\n`)).toEqual(identity);
});

test.each([
  ['none', ''],
  ['not the last line', `${LINE}\nmore`],
  ['no uid', 'proxwright: cluster=edge spec=s'],
  ['no spec', 'proxwright: cluster=edge uid=u'],
  ['a word without value', 'proxwright: uid=u spec=s broken'],
  ['a key twice', 'proxwright: uid=u uid=v spec=s'],
  ['an index that is no number', 'proxwright: uid=u spec=s index=-1'],
  ['a broken encoding', 'proxwright: uid=u spec=s cluster=%zz'],
  ['another word before', 'see proxwright: uid=u spec=s'],
])('no identity: %s', (_, description) => {
  expect(readIdentity(description)).toBeUndefined();
});
