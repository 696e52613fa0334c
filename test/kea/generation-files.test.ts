import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLeaseFile, replaceLeases } from '../../src/kea/generation-files.ts';

const HEADER =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context';
const line = (address: string, expires: number): string => `${address},aa,,3600,${expires},7,0,0,host,0,\n`;

describe('lease files on disk', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxwright-'));
    path = join(folder, 'x.a.csv');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('what Kea has set aside to convert or compact counts, as Kea itself reads it', () => {
    writeFileSync(`${path}.2`, `${HEADER}\n${line('10.0.0.5', 100)}${line('10.0.0.6', 100)}`);
    writeFileSync(`${path}.1`, `${HEADER}\n${line('10.0.0.6', 200)}`);
    writeFileSync(path, `${HEADER},pool_id\n${line('10.0.0.7', 300)}`);
    const { leases, header, bytes } = readLeaseFile(path);
    expect([...leases.values()].map(({ address, expires }) => `${address} ${expires}`)).toEqual([
      '10.0.0.5 100',
      '10.0.0.6 200',
      '10.0.0.7 300',
    ]);
    expect(header).toBe(`${HEADER},pool_id`);
    expect(bytes).toBe(readFileSync(path, 'latin1').length);
    writeFileSync(`${path}.completed`, `${HEADER}\n${line('10.0.0.9', 100)}`);
    expect([...readLeaseFile(path).leases.keys()]).toEqual(['10.0.0.9', '10.0.0.7']);
  });

  test('a new generation gets its leases alone; nothing set aside for an earlier one comes back', () => {
    for (const end of ['', '.1', '.2', '.completed']) writeFileSync(`${path}${end}`, HEADER);
    replaceLeases(path, `${HEADER}\n`, undefined);
    expect(['', '.1', '.2', '.completed'].map((end) => existsSync(`${path}${end}`))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    replaceLeases(path, undefined, undefined);
    expect(existsSync(path)).toBe(false);
    expect(readLeaseFile(path)).toEqual({ leases: new Map(), header: undefined, bytes: 0 });
  });
});
