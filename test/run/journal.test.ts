import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJournal, readJournal, reopenJournal } from '../../src/run/journal.ts';
import { createVault, openVault } from '../../src/run/vault.ts';
import { headOf, planOf } from './world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxwright-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const head = headOf('R1', planOf([]));
const event = { type: 'step-started', time: 1, step: 'a' } as const;

test('what was written is read, and only its owner may', async () => {
  const journal = await createJournal(folder, head);
  await Promise.all([journal.append(event), journal.append({ ...event, step: 'b' })]);
  await journal.append({ type: 'log', time: 2, line: 'need not survive' });
  await journal.close();
  expect((await readJournal(folder, 'R1')).events).toEqual([event, { ...event, step: 'b' }]);
  expect((await stat(journal.file)).mode & 0o777).toBe(0o600);
});

test('a last line that a crash tore counts as not written, and the next one stands alone', async () => {
  const journal = await createJournal(folder, head);
  await journal.append(event);
  await journal.close();
  await appendFile(journal.file, '{"type":"step-do');
  expect((await readJournal(folder, 'R1')).events).toEqual([event]);
  const again = await reopenJournal(folder, 'R1');
  await again.append({ ...event, step: 'c' });
  await again.close();
  expect((await readJournal(folder, 'R1')).events).toEqual([event, { ...event, step: 'c' }]);
});

test('a damaged line in the middle is named with its place and the way on', async () => {
  const journal = await createJournal(folder, head);
  await journal.append(event);
  await journal.close();
  const text = await readFile(journal.file, 'utf8');
  await writeFile(
    journal.file,
    text.replace('{"type":"step-started"', '\0\0\0').concat(`${JSON.stringify(event)}\n`),
  );
  await expect(readJournal(folder, 'R1')).rejects.toMatchObject({
    where: `${journal.file}:2`,
    fix: expect.stringContaining('apply the answers again'),
  });
});

test('another file is no journal', async () => {
  await writeFile(path.join(folder, 'R1.jsonl'), '{"type":"other"}\n');
  await expect(readJournal(folder, 'R1')).rejects.toThrow('no journal of proxwright');
});

test('a head that lost its plan is no journal either', async () => {
  await writeFile(path.join(folder, 'R1.jsonl'), '{"type":"journal","format":1,"run":"R1","label":"x"}\n');
  await expect(readJournal(folder, 'R1')).rejects.toThrow('no journal of proxwright');
});

test('the vault keeps secrets for its owner, until the run ended well', async () => {
  const vault = await createVault(folder, 'R1', { s0: 'hunter2' });
  const key = await vault.keep('what stood there before');
  const file = path.join(folder, 'R1.vault');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await openVault(folder, 'R1')).secrets).toEqual({ s0: 'hunter2' });
  await vault.forget();
  expect(await readFile(file, 'utf8')).not.toContain('hunter2');
  expect((await openVault(folder, 'R1')).kept(key)).toBe('what stood there before');
  await vault.remove();
  await expect(stat(file)).rejects.toThrow('ENOENT');
});
