import { describe, expect, test } from 'vitest';
import {
  contains,
  countUp,
  formatAddress,
  formatNetwork,
  isLinkLocal,
  parseAddress,
  parseCidr,
  reservedFor,
} from '../../src/answers/ip.ts';

const address = (text: string) => parseAddress(text)!;
const cidr = (text: string) => parseCidr(text)!;

describe('addresses', () => {
  // IPv6 texts: the examples of RFC 5952, section 4.
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['10.0.20.11', '10.0.20.11'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('%s is %s', (text, canonical) => {
    expect(formatAddress(address(text))).toBe(canonical);
  });

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.-4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'g::',
    '12345::',
    '::1.2.3',
    'fe80::1%eth0',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    '10.0.0.1',
    '10.0.0.1/',
    '10.0.0.1/33',
    '10.0.0.1/-1',
    '10.0.0.1/024',
    '10.0.0.1/8/8',
    '::1/129',
    '/24',
    'dhcp',
  ])('%j has no prefix', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

test('counting up', () => {
  expect(countUp('10.0.20.11/24', 0)).toBe('10.0.20.11/24');
  expect(countUp('10.0.20.255/16', 1)).toBe('10.0.21.0/16');
  expect(countUp('fd00::ffff/64', 1)).toBe('fd00::1:0/64');
  expect(countUp('255.255.255.255/24', 1)).toBeUndefined();
  expect(countUp('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64', 1)).toBeUndefined();
  expect(countUp('dhcp', 1)).toBeUndefined();
});

test('networks', () => {
  expect(formatNetwork(cidr('10.0.20.11/24'))).toBe('10.0.20.0/24');
  expect(formatNetwork(cidr('10.0.20.11/0'))).toBe('0.0.0.0/0');
  expect(formatNetwork(cidr('2001:db8::12:1/64'))).toBe('2001:db8::/64');
  expect(contains(cidr('10.0.20.11/28'), address('10.0.20.15'))).toBe(true);
  expect(contains(cidr('10.0.20.11/28'), address('10.0.20.16'))).toBe(false);
  expect(contains(cidr('0.0.0.0/0'), address('::1'))).toBe(false);
});

test('what no host may have', () => {
  expect(reservedFor(cidr('10.0.0.1/24'), address('10.0.0.0'))).toBe('the network itself');
  expect(reservedFor(cidr('10.0.0.1/24'), address('10.0.0.255'))).toBe('the broadcast address');
  expect(reservedFor(cidr('10.0.0.1/24'), address('10.0.0.254'))).toBeUndefined();
  expect(reservedFor(cidr('10.0.0.0/31'), address('10.0.0.0'))).toBeUndefined();
  expect(reservedFor(cidr('10.0.0.1/32'), address('10.0.0.1'))).toBeUndefined();
  expect(reservedFor(cidr('fd00::1/64'), address('fd00::'))).toBe('the network itself');
  expect(reservedFor(cidr('fd00::1/64'), address('fd00::ffff:ffff:ffff:ffff'))).toBeUndefined();
});

test('link-local', () => {
  expect(isLinkLocal(address('fe80::1'))).toBe(true);
  expect(isLinkLocal(address('febf::1'))).toBe(true);
  expect(isLinkLocal(address('fec0::1'))).toBe(false);
  expect(isLinkLocal(address('169.254.0.1'))).toBe(false);
});
