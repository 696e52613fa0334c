import type { Look } from '../look.ts';
import { jsonOf, numberAt, outputOf, type Row, rowOf, rowsOf, textAt } from '../understand.ts';

/** A network interface as the kernel has it. */
export interface Link {
  name: string;
  mtu: number;
  /** The bridge or bond that it belongs to. */
  master: string | undefined;
  flags: readonly string[];
  /** `bridge`, `bond`, `vlan`, `veth`, `tun`; empty for a card. */
  kind: string;
  mac: string;
}

export async function readLinks(look: Look): Promise<string> {
  return outputOf(await look.command('ip', '-j', '-d', 'link', 'show'), 'ip link');
}

/** Throws Garbled. */
export function linksOf(text: string): Link[] {
  return rowsOf(jsonOf(text, 'ip link'), 'ip link').map((row) => ({
    name: textAt(row, 'ifname'),
    mtu: numberAt(row, 'mtu') ?? 0,
    master: textAt(row, 'master') || undefined,
    flags: Array.isArray(row.flags) ? row.flags.map(String) : [],
    kind: kindOf(row),
    mac: textAt(row, 'address').toUpperCase(),
  }));
}

function kindOf(row: Row): string {
  return row.linkinfo === undefined ? '' : textAt(rowOf(row.linkinfo, 'ip link'), 'info_kind');
}

/** A card, a bond or a VLAN of one: what leads out of the node. Guests' own ends do not count. */
export function leadsOut({ kind }: Link): boolean {
  return ['', 'bond', 'vlan', 'team'].includes(kind);
}
