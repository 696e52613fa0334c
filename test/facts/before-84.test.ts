import { expect, test } from 'vitest';
import { ApiError } from '../../src/errors.ts';
import { readMappings, readVersions } from '../../src/facts/cluster.ts';
import type { FactSource } from '../../src/facts/read.ts';

/** An API that answers so, or fails with that status. */
function source(answers: Record<string, unknown>): FactSource {
  const get = async (path: string): Promise<unknown> => {
    const answer = answers[path];
    if (typeof answer === 'number') throw new ApiError('refused', { status: answer, method: 'GET', path });
    return answer;
  };
  return { pve: { get } } as unknown as FactSource;
}

const MAPPINGS = '/cluster/mapping/dir';

test('before 8.4 there are no directory mappings, and that is no failure', async () => {
  expect(await readMappings(source({ [MAPPINGS]: 501 }))).toEqual([]);
  expect(await readMappings(source({ [MAPPINGS]: 403 }))).toEqual([]);
  await expect(readMappings(source({ [MAPPINGS]: 500 }))).rejects.toThrow('refused');
});

test('a mapping has a folder of each node, and says whose it is', async () => {
  const rows = [
    {
      id: 'data',
      map: ['node=pve1,path=/srv/a', 'path=/srv/b,node=pve2'],
      description: 'proxwright: cluster=edge',
    },
    { id: 'other', map: ['node=pve1,path=/x'] },
  ];
  expect(await readMappings(source({ [MAPPINGS]: rows }))).toEqual([
    { id: 'data', paths: { pve1: '/srv/a', pve2: '/srv/b' }, description: 'proxwright: cluster=edge' },
    { id: 'other', paths: { pve1: '/x' } },
  ]);
});

test('each node says its version; one that cannot be reached is told from one that does not say', async () => {
  const answers = {
    '/nodes/pve1/version': { version: '8.2.4' },
    '/nodes/pve2/version': 595,
    '/nodes/pve3/version': 403,
  };
  expect(await readVersions(['pve1', 'pve2', 'pve3'], source(answers))).toEqual(
    new Map([
      ['pve1', '8.2.4'],
      ['pve2', null],
    ]),
  );
});
