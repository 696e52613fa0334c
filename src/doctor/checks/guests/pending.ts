import { readIdentity } from '../../../pve/description.ts';
import { defineCheck } from '../../check.ts';
import { Unseen } from '../../look.ts';
import { type GuestSaid, guestName, readGuests } from '../../read/guests.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { count, info, listed, orPass, skip } from '../../verdict.ts';

export const guestPending = defineCheck({
  id: 'VM-PENDING',
  group: 'guests',
  title: 'Our guests run with what is configured',
  looksAt: 'GET /nodes/{node}/qemu/{vmid}/pending of our running guests',
  why: 'What cannot be changed while a guest runs waits for its next start from nothing; a reboot from within is none. Until then it runs with what was before.',
  needs: 'api',
  scope: 'cluster',
  // Remarks only, one question for each guest.
  gate: 'makes',
  read: async (look) => {
    const ours = (await readGuests(look)).filter(
      (guest) => guest.kind === 'qemu' && guest.running && readIdentity(guest.config?.description ?? ''),
    );
    return Promise.all(
      ours.map(async (guest) => ({ guest, pending: await unlessUnseen(() => look.get(pathOf(guest))) })),
    );
  },
  judge(seen) {
    if (seen.length === 0) return skip('no guest of ours runs');
    const verdicts = seen
      .filter(({ pending }) => pending !== undefined)
      .flatMap(({ guest, pending }) => {
        const keys = rowsOf(pending, pathOf(guest))
          .filter((row) => row.pending !== undefined || row.delete !== undefined)
          .map((row) => textAt(row, 'key'));
        if (keys.length === 0) return [];
        return [
          info(`guest ${guestName(guest)} still runs without the change of ${listed(keys)}`, {
            text: 'shut it down and start it; HA guests by ha-manager',
            command: `qm reboot ${guest.vmid}`,
          }),
        ];
      });
    return orPass(verdicts, count(seen.length, 'guest'));
  },
});

function pathOf({ node, vmid }: GuestSaid): string {
  return `/nodes/${encodeURIComponent(node)}/qemu/${vmid}/pending`;
}

async function unlessUnseen(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unseen) return undefined;
    throw error;
  }
}
