import { describe, expect, test } from 'vitest';
import { carryOver, leaseHeader, newest, parseLeases } from '../../src/kea/leases.ts';

/** Kea 2.2's columns, and what Kea 2.6 and 3.0 add. */
const LEASE_HEADER =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context';
const LATER_HEADER = `${LEASE_HEADER},pool_id`;

const line = (address: string, mac: string, expires: number, lifetime = 3600): string =>
  `${address},${mac},01:02,${lifetime},${expires},7,0,0,host,0,`;
const file = (...lines: string[]): string => [LEASE_HEADER, ...lines, ''].join('\n');

describe('leases from one generation to the next', () => {
  test('the last line of an address counts, a lifetime of 0 deletes, a torn line is nothing', () => {
    const leases = parseLeases(
      file(
        line('10.0.0.5', 'aa', 100),
        line('10.0.0.5', 'aa', 200),
        line('10.0.0.6', 'bb', 100),
        line('10.0.0.6', 'bb', 100, 0),
        '10.0.0.7,cc',
      ),
    );
    expect([...leases.values()].map(({ address, expires }) => [address, expires])).toEqual([
      ['10.0.0.5', 200],
    ]);
  });

  test('only who still owns the address keeps its lease, with the id that its subnet has now', () => {
    const leases = parseLeases(
      file(
        line('10.0.0.5', 'aa', 200),
        line('10.0.0.6', 'bb', 200),
        line('10.0.0.7', 'cc', 50),
        line('10.0.0.8', 'dd', 200),
      ),
    );
    const owners = new Map([
      ['10.0.0.5', { mac: 'aa', subnetId: 9 }],
      ['10.0.0.6', { mac: 'aa', subnetId: 9 }],
      ['10.0.0.7', { mac: 'cc', subnetId: 9 }],
    ]);
    expect(carryOver(leases.values(), owners, { now: 100, header: LEASE_HEADER })).toBe(
      `${LEASE_HEADER}\n10.0.0.5,aa,01:02,3600,200,9,0,0,host,0,\n`,
    );
    expect(carryOver(leases.values(), owners, { now: 100, header: LATER_HEADER })).toBe(
      `${LATER_HEADER}\n10.0.0.5,aa,01:02,3600,200,9,0,0,host,0,,0\n`,
    );
  });

  test('of two files the later lease counts', () => {
    const merged = newest(
      parseLeases(file(line('10.0.0.5', 'aa', 200))),
      parseLeases(file(line('10.0.0.5', 'bb', 300))),
    );
    expect(merged.get('10.0.0.5')?.mac).toBe('bb');
  });

  test('the columns are those of the newest Kea that wrote', () => {
    expect(leaseHeader(`${LEASE_HEADER}\n10.0.0.5,aa\n${LATER_HEADER}\n`)).toBe(LATER_HEADER);
    expect(leaseHeader('garbage\n')).toBeUndefined();
  });
});
