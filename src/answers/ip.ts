/** Addresses and subnets of IPv4 and IPv6, as numbers that can be counted with. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

export interface Cidr {
  address: Address;
  /** Length of the network part in bits. */
  prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** `10.0.20.11/24`, `fd00::11/64`. Undefined for anything else; leading zeros are refused. */
export function parseCidr(text: string): Cidr | undefined {
  const [host, length, ...more] = text.split('/');
  if (host === undefined || length === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) {
    return undefined;
  }
  const address = parseAddress(host);
  const prefix = Number(length);
  return address && prefix <= BITS[address.family] ? { address, prefix } : undefined;
}

export function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseV6(text) : parseV4(text);
  return value === undefined ? undefined : { family: text.includes(':') ? 6 : 4, value };
}

/** IPv6 in the canonical form of RFC 5952: lower case, the longest run of zeros as `::`. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

/** `10.0.20.0/24` of `10.0.20.11/24`. */
export function formatNetwork(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.address.family, value: firstOf(cidr) })}/${cidr.prefix}`;
}

/** The address `offset` further, with the same prefix: what guest number `offset` (from 0) of a group gets. */
export function countUp(text: string, offset: number): string | undefined {
  const cidr = parseCidr(text);
  if (!cidr) return undefined;
  const value = cidr.address.value + BigInt(offset);
  return value >> BigInt(BITS[cidr.address.family])
    ? undefined
    : `${formatAddress({ ...cidr.address, value })}/${cidr.prefix}`;
}

export function contains(cidr: Cidr, address: Address): boolean {
  return (
    address.family === cidr.address.family && address.value >= firstOf(cidr) && address.value <= lastOf(cidr)
  );
}

/** What an address cannot be given to a host for, or undefined when it can. /31, /32, /127 and /128 have no such. */
export function reservedFor(
  cidr: Cidr,
  address: Address,
): 'the network itself' | 'the broadcast address' | undefined {
  if (BITS[address.family] - cidr.prefix < 2) return undefined;
  if (address.value === firstOf(cidr)) return 'the network itself';
  return address.family === 4 && address.value === lastOf(cidr) ? 'the broadcast address' : undefined;
}

/** fe80::/10, where routers live that are in nobody's subnet. */
export function isLinkLocal(address: Address): boolean {
  return address.family === 6 && address.value >> 118n === 0x3fan;
}

function firstOf({ address, prefix }: Cidr): bigint {
  const host = BigInt(BITS[address.family] - prefix);
  return (address.value >> host) << host;
}

function lastOf(cidr: Cidr): bigint {
  return firstOf(cidr) + (1n << BigInt(BITS[cidr.address.family] - cidr.prefix)) - 1n;
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const embedded = tail?.[2] === undefined ? undefined : parseV4(tail[2]);
  if (tail && embedded === undefined) return undefined;
  const plain =
    embedded === undefined
      ? text
      : `${tail?.[1]}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, at) => {
    length = group === '0' ? length + 1 : 0;
    if (length > best.length) best = { start: at - length + 1, length };
  });
  return best;
}
