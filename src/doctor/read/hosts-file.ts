/** One line of /etc/hosts: an address and the names for it. */
export interface HostsLine {
  /** 0-based. */
  at: number;
  address: string;
  names: readonly string[];
}

export function hostsLines(text: string): HostsLine[] {
  return text.split('\n').flatMap((line, at) => {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return address ? [{ at, address, names }] : [];
  });
}

/** An address of this machine alone, which no other node can use: 127.0.1.1 is Debian's own idea. */
export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === '::1';
}

export function isAddress(text: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(text) || (/^[0-9a-f:]+$/i.test(text) && text.includes(':'));
}

/** The file with `node` on a line of its own address, and taken off every other line. */
export function withRealAddress(text: string, { node, address }: { node: string; address: string }): string {
  const short = node.toLowerCase();
  const mine = (name: string): boolean => name.toLowerCase().split('.')[0] === short;
  const known = hostsLines(text).flatMap((line) => line.names.filter(mine));
  const names = [...new Set([...known.filter((name) => name.toLowerCase() !== short), node])];
  const kept = text.split('\n').flatMap((line) => {
    const [parsed] = hostsLines(line);
    if (!parsed?.names.some(mine)) return [line];
    const others = parsed.names.filter((name) => !mine(name));
    return others.length > 0 ? [`${parsed.address} ${others.join(' ')}`] : [];
  });
  const at = kept.findLastIndex((line) => isLoopback(hostsLines(line)[0]?.address ?? '')) + 1;
  return [...kept.slice(0, at), `${address} ${names.join(' ')}`, ...kept.slice(at)].join('\n');
}
