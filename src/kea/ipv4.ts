/** An IPv4 address with the length of its network's prefix, such as 192.168.100.20/24. */
export interface Cidr {
  address: string;
  prefix: number;
}

/** Four decimal octets without leading zeros as one unsigned number; undefined if it is anything else. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const octet of match.slice(1)) {
    if (Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0'))) return undefined;
    value = value * 256 + Number(octet);
  }
  return value;
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** The first address of the network that holds this one. */
export function networkOf({ address, prefix }: Cidr): string {
  return formatIpv4(((parseIpv4(address) ?? 0) & netmask(prefix)) >>> 0);
}

export function isInside(address: string, { address: other, prefix }: Cidr): boolean {
  return networkOf({ address, prefix }) === networkOf({ address: other, prefix });
}

/** Reads `a.b.c.d/n`, or says why no guest can have that address. */
export function parseHostCidr(text: string): Cidr | { problem: string } {
  const [address = '', length, ...more] = text.split('/');
  const value = parseIpv4(address);
  if (value === undefined) return { problem: `"${shorten(text)}" is not an IPv4 address` };
  if (length === undefined || more.length > 0) {
    return { problem: `"${shorten(text)}" needs one prefix length, such as ${address}/24` };
  }
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN;
  // Proxmox VE takes prefix lengths from 8 to 32 (PVE::JSONSchema, pve_verify_cidrv4).
  if (!(prefix >= 8 && prefix <= 32)) return { problem: `"${shorten(text)}": the prefix must be 8 to 32` };
  const problem = unusable(value, prefix);
  return problem ? { problem: `${address}/${prefix} ${problem}` } : { address, prefix };
}

/** RFC 1122 section 3.2.1.3, RFC 3021 for /31; a /32 has neither a network nor a broadcast address. */
function unusable(value: number, prefix: number): string | undefined {
  const first = value >>> 24;
  if (first === 0) return 'is in 0.0.0.0/8, which no host can have';
  if (first === 127) return 'is a loopback address';
  if (first >= 224) return 'is a multicast or reserved address';
  if (prefix > 30) return undefined;
  const host = (value & ~netmask(prefix)) >>> 0;
  if (host === 0) return 'is the address of the network itself';
  if (host === ~netmask(prefix) >>> 0) return 'is the broadcast address of its network';
  return undefined;
}

/** What a person needs to see of a value that may be of any length. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function netmask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}
