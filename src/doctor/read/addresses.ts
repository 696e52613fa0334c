import { isIPv6 } from 'node:net';
import type { Look } from '../look.ts';
import { jsonOf, type Row, rowsOf, textAt } from '../understand.ts';
import { isLoopback } from './hosts-file.ts';

/** An address of a node, and the interface that has it. */
export interface Address {
  address: string;
  iface: string;
}

export interface AddressesSaid {
  /** What is configured, as the API has it: no leases, nothing from other files, and what waits for a restart. */
  network: unknown;
  /** What the kernel has; undefined where only the API is within reach. */
  kernel: string | undefined;
}

export async function readAddresses(look: Look): Promise<AddressesSaid> {
  const network = await look.get('/nodes/{node}/network');
  const said = look.hasHost ? await look.command('ip', '-j', 'addr', 'show') : undefined;
  return { network, kernel: said?.exitCode === 0 ? said.stdout : undefined };
}

export interface Addresses {
  /** The one that leads out comes first. */
  known: readonly Address[];
  /** False: the node has some that are not known here, of a lease say. */
  whole: boolean;
}

/** Addresses of a node that others can use. Throws Garbled. */
export function addressesOf({ network, kernel }: AddressesSaid): Addresses {
  const rows = rowsOf(network, 'the list of interfaces');
  const leading = rows.filter((row) => textAt(row, 'gateway') || textAt(row, 'gateway6'));
  const rank = ({ iface }: Address): number => {
    const at = leading.findIndex((row) => row.iface === iface);
    return at >= 0 ? at : iface === 'vmbr0' ? leading.length : leading.length + 1;
  };
  const all = kernel === undefined ? configured(rows) : ofKernel(kernel);
  return {
    known: all.filter(({ address }) => !isLoopback(address)).sort((a, b) => rank(a) - rank(b)),
    whole:
      kernel !== undefined ||
      !rows.some((row) => /^(dhcp|auto)$/.test(textAt(row, 'method') || textAt(row, 'method6'))),
  };
}

function configured(rows: readonly Row[]): Address[] {
  return rows.flatMap((row) =>
    [textAt(row, 'address'), textAt(row, 'address6')]
      .filter((address) => address !== '')
      .map((address) => ({ address, iface: textAt(row, 'iface') })),
  );
}

function ofKernel(text: string): Address[] {
  return rowsOf(jsonOf(text, 'ip addr'), 'ip addr').flatMap((row) =>
    rowsOf(row.addr_info ?? [], 'ip addr')
      .filter((one) => textAt(one, 'scope') !== 'link')
      .map((one) => ({ address: textAt(one, 'local'), iface: textAt(row, 'ifname') })),
  );
}

/** IPv6 has many spellings of one address. */
export function sameAddress(one: string, other: string): boolean {
  return spelt(one) === spelt(other);
}

function spelt(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname : address;
}
