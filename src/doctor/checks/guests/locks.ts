import { defineCheck } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { orPass, warn } from '../../verdict.ts';

export const locks = defineCheck({
  id: 'VM-LOCK',
  group: 'guests',
  title: 'No lock without a task',
  looksAt: 'lock of all guests, GET /cluster/tasks',
  why: 'A task that was killed leaves its lock: the guest cannot be started, changed or backed up until somebody takes it away.',
  needs: 'api',
  scope: 'cluster',
  read: async (look) => ({ guests: await readGuests(look), tasks: await look.get('/cluster/tasks') }),
  judge({ guests, tasks }) {
    const busy = new Set(
      rowsOf(tasks, 'the list of tasks')
        .filter((row) => row.endtime === undefined && textAt(row, 'status') === '')
        .map((row) => textAt(row, 'id')),
    );
    const locked = guests.filter((guest) => guest.config?.lock !== undefined);
    const left = locked.filter(
      (guest) => !busy.has(String(guest.vmid)) && guest.config?.lock !== 'suspended',
    );
    return orPass(
      left.map((guest) =>
        warn(`guest ${guestName(guest)} has the lock "${guest.config?.lock}", and no task works on it`, {
          text: 'make sure that nothing works on it (a backup job, another node); then take the lock away',
          command: `qm unlock ${guest.vmid}`,
        }),
      ),
      locked.length === 0 ? 'none' : `${locked.length} locked, each by a task`,
    );
  },
});
