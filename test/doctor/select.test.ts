import { describe, expect, test } from 'vitest';
import { checks } from '../../src/doctor/all.ts';
import { idsOf, selectChecks } from '../../src/doctor/select.ts';
import { UsageError } from '../../src/errors.ts';

const ids = (selection: Parameters<typeof selectChecks>[1]) =>
  selectChecks(checks, selection).map(({ id }) => id);

describe('which checks are run', () => {
  test('ids are unique, and named as scripts expect', () => {
    const all = checks.map(({ id }) => id);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((id) => !/^(PVE|NET|STO|VM|ACC|KEA|IMG|MAAS)(-[A-Z0-9]+)+$/.test(id))).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(60);
  });

  test('only and skip', () => {
    expect(ids({ only: ['NET-MTU', 'PVE-HOSTS'] })).toEqual(['PVE-HOSTS', 'NET-MTU']);
    expect(ids({ only: ['NET-MTU', 'PVE-HOSTS'], skip: ['NET-MTU'] })).toEqual(['PVE-HOSTS']);
    expect(ids({ skip: ['PVE-HOSTS'] })).toHaveLength(checks.length - 1);
    expect(idsOf(' pve-hosts,NET-MTU , ')).toEqual(['PVE-HOSTS', 'NET-MTU']);
  });

  test('for answers: what they need, and what all need', () => {
    const kea = ids({ wants: new Set(['kea']) });
    expect(kea).toContain('KEA-AGENT');
    expect(kea).toContain('PVE-HOSTS');
    expect(kea).not.toContain('IMG-SPACE');
    expect(kea).not.toContain('VM-HOOKSCRIPT');
  });

  test.each([
    ['PVE-HOST', 'did you mean PVE-HOSTS? proxwright doctor --list'],
    ['NET-BOND-LACB', 'did you mean NET-BOND-LACP? proxwright doctor --list'],
    ['XYZZY', 'proxwright doctor --list'],
  ])('%s is refused', (id, fix) => {
    expect(() => ids({ only: [id] })).toThrow(UsageError);
    expect(() => ids({ skip: [id] })).toThrow(
      expect.objectContaining({ message: `there is no check ${id}`, fix }),
    );
  });
});
