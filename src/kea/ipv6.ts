/** `fd00:1::/64` of `fd00:1::5/64`; undefined if that is no IPv6 address with a prefix. */
export function networkOf6(cidr: string): string | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const words = expand(address);
  const prefix = Number(length);
  if (!words || !/^\d{1,3}$/.test(length) || prefix > 128) return undefined;
  const masked = words.map((word, index) => {
    const bits = Math.min(Math.max(prefix - index * 16, 0), 16);
    return word & ((0xffff << (16 - bits)) & 0xffff);
  });
  return `${compress(masked)}/${prefix}`;
}

/** Why no guest can have `fd00:1::5/64`, or undefined. Kea refuses a whole network because of one such address. */
export function whyNoHost6(cidr: string): string | undefined {
  const [address = '', length = '', ...more] = cidr.split('/');
  const words = expand(address);
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  // Proxmox VE takes prefix lengths from 8 to 128 (PVE::JSONSchema, pve_verify_cidrv6).
  if (!words || more.length > 0 || !(prefix >= 8 && prefix <= 128)) {
    return 'is not an IPv6 address with a prefix length, such as fd00::5/64';
  }
  const [first = 0, ...rest] = words;
  // RFC 4291 sections 2.4 and 2.5: ff00::/8; ::, ::1 and what stands for IPv4 addresses; fe80::/10.
  if (first >= 0xff00) return 'is a multicast address';
  if (first >= 0xfe80 && first < 0xfec0) return 'is a link-local address';
  if ([first, ...rest.slice(0, 4)].every((word) => word === 0)) return 'is a reserved address';
  if (prefix < 127 && networkOf6(cidr) === `${compress(words)}/${prefix}`) {
    return 'is the address of the network itself';
  }
  return undefined;
}

/** One writing for each address: `fd00::5` for `FD00:0::0005`. Undefined if that is none. */
export function canonical6(cidr: string): string | undefined {
  const words = expand(cidr.split('/')[0] ?? '');
  return words && compress(words);
}

function expand(address: string): number[] | undefined {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return undefined;
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...left, ...Array<number>(gap).fill(0), ...right];
  return all.every((word) => word >= 0 && word <= 0xffff) ? all : undefined;
}

function words(part: string): number[] {
  if (part === '') return [];
  return part.split(':').map((word) => (/^[0-9a-f]{1,4}$/i.test(word) ? Number.parseInt(word, 16) : -1));
}

/** RFC 5952, as far as Kea needs it: the zeros at the end become `::`. */
function compress(all: readonly number[]): string {
  const last = all.findLastIndex((word) => word !== 0);
  const used = all.slice(0, last + 1).map((word) => word.toString(16));
  return used.length === 8 ? used.join(':') : `${used.join(':')}::`;
}
