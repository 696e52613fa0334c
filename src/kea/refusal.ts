import { rmSync, writeFileSync } from 'node:fs';
import { filesOf } from './generation-files.ts';
import type { KeaProgram } from './kea-process.ts';
import type { Network, Reservation } from './networks.ts';
import { type NetworkNames, placeOf, type Slot } from './place.ts';
import { refusedReservations } from './refused.ts';
import { renderDhcp4 } from './render.ts';

/** Asks `kea-dhcp4 -t` which reservations of a network it does not take, and why. Empty: not their fault. */
export async function whatKeaRefuses(
  network: Network,
  { names, slot, kea }: { names: NetworkNames; slot: Slot; kea: KeaProgram },
): Promise<{ reservation: Reservation; why: string }[]> {
  const { conf } = filesOf(names.id, { slot, folders: kea.folders });
  const probe = `${conf}.test`;
  let why = '';
  const accepts = async (candidate: Network): Promise<boolean> => {
    const place = placeOf(names, slot, { folders: kea.folders });
    writeFileSync(probe, JSON.stringify(renderDhcp4(candidate, place)), { mode: 0o600 });
    // Outside of the namespace Kea would not find its interface.
    const enter = ['nsenter', `--net=/run/netns/${names.namespace}`, '--'];
    const { code, stdout, stderr } = await kea.commands.run([...enter, kea.program, '-t', probe]);
    if (code === 0) return true;
    why = stderr.trim().split('\n').at(-1) || /ERROR.*?\] \S+ (.*)/.exec(stdout)?.[1] || 'no reason given';
    return false;
  };
  try {
    const reservations = await refusedReservations(network, accepts);
    return reservations.map((reservation) => ({ reservation, why }));
  } catch {
    return [];
  } finally {
    rmSync(probe, { force: true });
  }
}
