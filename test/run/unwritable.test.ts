import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { createJournal } from '../../src/run/journal.ts';
import { localLocks } from '../../src/run/local-locks.ts';
import { createVault, openVault } from '../../src/run/vault.ts';
import { headOf, planOf } from './world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxwright-unwritable-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a place where nothing can be written is an error that names it', async () => {
  const file = path.join(folder, 'a-file');
  await writeFile(file, '');
  const expected = { message: /cannot be written, so nothing more is done/, where: expect.any(String) };
  const head = headOf('01TEST', planOf([]));
  const journal = createJournal(path.join(file, 'runs'), head);
  await expect(journal).rejects.toBeInstanceOf(RunError);
  await expect(journal).rejects.toMatchObject(expected);
  await expect(createVault(path.join(file, 'runs'), '01TEST', { s0: 'x' })).rejects.toMatchObject(expected);
  await expect(localLocks(path.join(file, 'locks'), () => true).take('edge')).rejects.toMatchObject(expected);
});

test('a journal that could not be begun leaves nothing', async () => {
  const head = headOf('01TEST', planOf([]));
  // A value that JSON cannot hold stands for a disk that fills up between the file and its first line.
  await expect(createJournal(folder, { ...head, started: 1n as never })).rejects.toBeInstanceOf(RunError);
  expect(await readdir(folder)).toEqual([]);
});

test('a damaged vault is said to be one, without what it holds', async () => {
  await writeFile(path.join(folder, '01TEST.vault'), '{"secrets":{"s0":"hunter2');
  const error = (await openVault(folder, '01TEST').catch((caught: unknown) => caught)) as RunError;
  expect(error).toBeInstanceOf(RunError);
  expect(`${error.message} ${error.why} ${error.fix}`).not.toContain('hunter2');
});
