import type { Finding } from './finding.ts';
import { propertiesOf } from './guest-nic.ts';
import { type Cidr, isInside, parseHostCidr, parseIpv4, shorten } from './ipv4.ts';
import { whyNoHost6 } from './ipv6.ts';

/** The static IPv4 address of a NIC, its network and its own router. */
export interface Address extends Cidr {
  gateway: string | undefined;
}

export interface ReadAddress {
  ipv4: Address | undefined;
  ipv6: string | undefined;
  /** There is an address, but it cannot be served. */
  broken: boolean;
  notes: Pick<Finding, 'severity' | 'message'>[];
}

/** Reads `ip=…,gw=…,ip6=…` of an `ipconfigN` or of a container's `netN`. */
export function readAddress(line: string): ReadAddress {
  const properties = propertiesOf(line);
  const notes: ReadAddress['notes'] = [];
  const { ipv6, note: note6 } = readIpv6(properties.get('ip6'));
  if (note6) notes.push(note6);
  const ip = properties.get('ip');
  if (ip === undefined || ['dhcp', 'manual', ''].includes(ip)) {
    if (line !== '' && properties.size === 0) {
      notes.push({ severity: 'error', message: `"${shorten(line)}" sets no address` });
      return { ipv4: undefined, ipv6, broken: true, notes };
    }
    if (ip === undefined && ipv6) {
      notes.push({ severity: 'info', message: 'only an IPv6 address is set; DHCPv4 has nothing to serve' });
    }
    return { ipv4: undefined, ipv6, broken: false, notes };
  }
  const cidr = parseHostCidr(ip);
  if ('problem' in cidr) {
    notes.push({ severity: 'error', message: cidr.problem });
    return { ipv4: undefined, ipv6, broken: true, notes };
  }
  const { gateway, note } = readGateway(properties.get('gw'), cidr);
  if (note) notes.push(note);
  return { ipv4: { ...cidr, gateway }, ipv6, broken: false, notes };
}

function readGateway(
  text: string | undefined,
  cidr: Cidr,
): { gateway: string | undefined; note?: ReadAddress['notes'][number] } {
  if (text === undefined || text === '') return { gateway: undefined };
  if (parseIpv4(text) === undefined) {
    const message = `gateway "${shorten(text)}" is not an IPv4 address, so none is sent`;
    return { gateway: undefined, note: { severity: 'error', message } };
  }
  if (text === cidr.address) {
    const message = `gateway ${text} is the guest's own address, so none is sent`;
    return { gateway: undefined, note: { severity: 'error', message } };
  }
  if (!isInside(text, cidr)) {
    const message = `gateway ${text} is outside of ${cidr.address}/${cidr.prefix}; the guest must accept that`;
    return { gateway: text, note: { severity: cidr.prefix >= 31 ? 'info' : 'warning', message } };
  }
  return { gateway: text };
}

/** What `ip6=` says, if that is an address that a host can have. */
function readIpv6(text: string | undefined): {
  ipv6: string | undefined;
  note?: ReadAddress['notes'][number];
} {
  if (text === undefined || ['auto', 'dhcp', 'manual', ''].includes(text)) return { ipv6: undefined };
  const why = whyNoHost6(text);
  if (why === undefined) return { ipv6: text };
  const message = `"${shorten(text)}" ${why}, so DHCPv6 leaves it out`;
  return { ipv6: undefined, note: { severity: 'warning', message } };
}
