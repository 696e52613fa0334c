import { defineCheck } from '../../check.ts';
import { type GuestSaid, guestName, readGuests, toolOf } from '../../read/guests.ts';
import { readPrivileges, seesAll } from '../../read/privileges.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { orPass, skip, warn } from '../../verdict.ts';

/** Tasks that may be about all guests of a node, and then have no id: a backup job, say. */
const OF_MANY = /^(vzdump|(start|stop|suspend|migrate)all)$/;

export const locks = defineCheck({
  id: 'VM-LOCK',
  group: 'guests',
  title: 'No lock without a task',
  looksAt: 'lock of all guests, GET /cluster/tasks',
  why: 'A task that was killed leaves its lock: the guest cannot be started, changed or backed up until somebody takes it away.',
  needs: 'api',
  scope: 'cluster',
  read: async (look, about) => ({
    guests: await readGuests(look),
    tasks: await look.get('/cluster/tasks'),
    privileges: await readPrivileges(look, about),
  }),
  judge({ guests, tasks, privileges }) {
    const running = rowsOf(tasks, 'the list of tasks').filter(
      (row) => row.endtime === undefined && textAt(row, 'status') === '',
    );
    const isBusy = ({ vmid, node }: GuestSaid): boolean =>
      running.some((row) =>
        OF_MANY.test(textAt(row, 'type')) && textAt(row, 'id') === ''
          ? row.node === node
          : textAt(row, 'id') === String(vmid),
      );
    const locked = guests.filter((guest) => guest.config?.lock !== undefined);
    const left = locked.filter((guest) => !isBusy(guest) && guest.config?.lock !== 'suspended');
    if (left.length > 0 && !seesAll(privileges, '/', ['Sys.Audit']))
      return skip("this user does not see others' tasks (Sys.Audit)");
    return orPass(
      left.map((guest) =>
        warn(`guest ${guestName(guest)} has the lock "${guest.config?.lock}", and no task works on it`, {
          text: 'make sure that nothing works on it (a backup job, another node); then take the lock away',
          command: `${toolOf(guest)} unlock ${guest.vmid}`,
        }),
      ),
      locked.length === 0 ? 'none' : `${locked.length} locked, each by a task`,
    );
  },
});
