import { expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { macFor } from '../../src/pve/mac.ts';

const none: ReadonlySet<string> = new Set();

test('the same guest and NIC have the same MAC, others another', () => {
  const mac = macFor('u1', { nic: 0, known: none });
  expect(mac).toMatch(/^BC:24:11(:[0-9A-F]{2}){3}$/);
  expect(macFor('u1', { nic: 0, known: none })).toBe(mac);
  expect(macFor('u1', { nic: 1, known: none })).not.toBe(mac);
  expect(macFor('u2', { nic: 0, known: none })).not.toBe(mac);
});

test('a known one is passed over, always in the same way', () => {
  const first = macFor('u1', { nic: 0, known: none });
  const second = macFor('u1', { nic: 0, known: new Set([first]) });
  expect(second).not.toBe(first);
  expect(macFor('u1', { nic: 0, known: new Set([first]) })).toBe(second);
});

test("the datacenter's prefix of any length; without one it is locally administered and no multicast", () => {
  expect(macFor('u1', { nic: 0, prefix: '52:54', known: none })).toMatch(/^52:54(:[0-9A-F]{2}){4}$/);
  for (let at = 0; at < 200; at += 1) {
    expect(Number.parseInt(macFor(`u${at}`, { nic: 0, prefix: '', known: none }).slice(0, 2), 16) & 3).toBe(
      2,
    );
  }
});

test('a prefix whose MACs are all taken is an error', () => {
  const all = new Set(Array.from({ length: 256 }, (_, at) => `BC:24:11:00:00:${hex(at)}`));
  expect(() => macFor('u1', { nic: 0, prefix: 'BC:24:11:00:00', known: all })).toThrow(RunError);
  all.delete('BC:24:11:00:00:7F');
  expect(macFor('u1', { nic: 0, prefix: 'BC:24:11:00:00', known: all })).toBe('BC:24:11:00:00:7F');
});

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0').toUpperCase();
}
