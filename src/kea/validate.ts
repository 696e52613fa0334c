import { isIPv6 } from 'node:net';
import { parseIpv4, shorten } from './ipv4.ts';

/** What is left of a value after what Kea must not get is gone, and a sentence on each thing left out. */
export interface Checked<Value> {
  value: Value;
  problems: string[];
}

/** Twelve hex digits in pairs, in lower case as Kea prints them; or why this is no unicast MAC. */
export function parseMac(text: string): string | { problem: string } {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    return { problem: `"${shorten(text)}" is not a MAC address` };
  }
  // The lowest bit of the first octet marks a group address (IEEE 802).
  if (Number.parseInt(text.slice(0, 2), 16) & 1) return { problem: `${text} is a multicast MAC address` };
  return text.toLowerCase();
}

/** A host name that a client may take as it is: RFC 1123 labels, dots between them. */
export function checkHostname(text: string | undefined): Checked<string | undefined> {
  if (text === undefined || text === '') return { value: undefined, problems: [] };
  if (isDomainName(text)) return { value: text, problems: [] };
  return {
    value: undefined,
    problems: [`"${shorten(text)}" is not a legal host name, so none is sent`],
  };
}

/**
 * One DHCP option holds 255 bytes (RFC 2132 section 2). Kea cannot send 64 name servers, and sends nothing at all
 * when search domains make the answer longer than a frame.
 */
const OPTION_BYTES = 255;

/** `nameserver` of a guest: IPv4 addresses between blanks, commas or semicolons. */
export function checkDnsServers(text: string | undefined): Checked<string[]> {
  const problems: string[] = [];
  const value = words(text).filter((word) => {
    if (parseIpv4(word) !== undefined) return true;
    problems.push(
      isIPv6(word)
        ? `DNS server ${word} is IPv6, which DHCPv4 cannot carry`
        : `DNS server "${shorten(word)}" is not an IP address`,
    );
    return false;
  });
  return fitting(value, { what: 'DNS servers', bytesOf: () => 4, problems });
}

/** `searchdomain` of a guest: domain names between blanks, commas or semicolons. */
export function checkSearchDomains(text: string | undefined): Checked<string[]> {
  const problems: string[] = [];
  const value = words(text).filter((word) => {
    if (isDomainName(word)) return true;
    problems.push(`search domain "${shorten(word)}" is not a legal domain name`);
    return false;
  });
  // Each label takes its length in front, and the last one is empty (RFC 1035 section 3.1).
  return fitting(value, { what: 'search domains', bytesOf: ({ length }) => length + 2, problems });
}

/** The first words, as many as one option holds. */
function fitting(
  value: readonly string[],
  { what, bytesOf, problems }: { what: string; bytesOf(word: string): number; problems: readonly string[] },
): Checked<string[]> {
  let bytes = 0;
  const rest = value.findIndex((word) => {
    bytes += bytesOf(word);
    return bytes > OPTION_BYTES;
  });
  if (rest === -1) return { value: [...value], problems: [...problems] };
  const problem = `only the first ${rest} of ${value.length} ${what} are sent: a DHCP option holds no more`;
  return { value: value.slice(0, rest), problems: [...problems, problem] };
}

/** RFC 1123 section 2.1 and RFC 1035 section 2.3.4: labels of 63, 253 characters in all. */
function isDomainName(text: string): boolean {
  return (
    text.length <= 253 &&
    text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
  );
}

function words(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/[\s,;]+/).filter((word) => word !== ''))];
}
