import type { KeaStatus } from '../../kea/status.ts';
import { Garbled, type Look } from '../look.ts';
import { jsonOf, rowOf, rowsOf } from '../understand.ts';

/** What the agent on the node says of itself; undefined where none runs or proxwright is not installed there. */
export async function readKeaStatus(look: Look): Promise<string | undefined> {
  const said = await look.command('proxwright', 'kea', 'status', '--json');
  return said.exitCode === 0 ? said.stdout : undefined;
}

/** Throws Garbled. */
export function keaStatusOf(text: string): KeaStatus {
  const what = 'proxwright kea status';
  const status = rowOf(jsonOf(text, what), what);
  for (const row of rowsOf(status.networks, what)) {
    if (typeof row.bridge !== 'string' || !Array.isArray(row.guests) || !Array.isArray(row.otherServers))
      throw new Garbled(what, row);
  }
  rowsOf(status.findings, what);
  if (!Array.isArray(status.problems)) throw new Garbled(what, status);
  return status as unknown as KeaStatus;
}

/** `vmbr0`, `vmbr0 VLAN 20`. */
export function networkName({ bridge, vlan }: { bridge: string; vlan: number | null }): string {
  return vlan === null ? bridge : `${bridge} VLAN ${vlan}`;
}

export const NO_AGENT = 'no Kea agent answers on this node';
