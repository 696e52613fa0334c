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
