import { describe, expect, test } from 'vitest';
import { mergeIgnition } from '../../src/butane/merge.ts';

const V = { version: '3.4.0' };

describe('merging Ignition configs', () => {
  test('fields of the child win, what it does not say stays', () => {
    const parent = { ignition: V, passwd: { users: [{ name: 'core', uid: 5, shell: '/bin/a' }] } };
    const child = { ignition: V, passwd: { users: [{ name: 'core', shell: '/bin/b', groups: ['x'] }] } };
    expect(mergeIgnition(parent, child)).toEqual({
      ignition: V,
      passwd: { users: [{ groups: ['x'], name: 'core', shell: '/bin/b', uid: 5 }] },
    });
  });

  test('lists are united in the order of the parent, then of the child', () => {
    const units = (...names: string[]) => ({
      ignition: V,
      systemd: { units: names.map((name) => ({ name })) },
    });
    expect(mergeIgnition(units('a.service', 'b.service'), units('c.service', 'b.service'))).toEqual(
      units('a.service', 'b.service', 'c.service'),
    );
  });

  test('a path that changes its kind stands where the child has it', () => {
    const parent = { ignition: V, storage: { directories: [{ path: '/x' }, { path: '/y' }] } };
    const child = { ignition: V, storage: { files: [{ path: '/x', mode: 420 }] } };
    expect(mergeIgnition(parent, child)).toEqual({
      ignition: V,
      storage: { directories: [{ path: '/y' }], files: [{ path: '/x', mode: 420 }] },
    });
  });

  test('what is appended is added up, a header without a value takes one away', () => {
    const header = (name: string, value?: string) => ({ name, ...(value !== undefined && { value }) });
    const file = (source: string, ...httpHeaders: object[]) => ({
      ignition: V,
      storage: {
        files: [{ path: '/a', append: [{ source }], contents: { httpHeaders, source: 'https://x' } }],
      },
    });
    const merged = mergeIgnition(
      file('data:,1', header('A', '1'), header('B', '2')),
      file('data:,1', header('A')),
    );
    expect(merged).toEqual({
      ignition: V,
      storage: {
        files: [
          {
            path: '/a',
            append: [{ source: 'data:,1' }, { source: 'data:,1' }],
            contents: { httpHeaders: [header('B', '2')], source: 'https://x' },
          },
        ],
      },
    });
  });

  test('kernel arguments move between the two lists', () => {
    const parent = { ignition: V, kernelArguments: { shouldExist: ['a', 'b'] } };
    const child = { ignition: V, kernelArguments: { shouldNotExist: ['a'] } };
    expect(mergeIgnition(parent, child)).toEqual({
      ignition: V,
      kernelArguments: { shouldExist: ['b'], shouldNotExist: ['a'] },
    });
  });

  test('the newer version is kept, nulls count as absent', () => {
    const parent = { ignition: { version: '3.4.0' }, storage: null };
    const child = { ignition: { version: '3.3.0', timeouts: { httpTotal: 0 } }, passwd: { users: null } };
    expect(mergeIgnition(parent, child)).toEqual({
      ignition: { timeouts: { httpTotal: 0 }, version: '3.4.0' },
    });
  });
});
