import { readIdentity } from '../../../pve/description.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, isTemplate, readGuests } from '../../read/guests.ts';
import { count, orPass, skip, warn } from '../../verdict.ts';

/** What the answers give to a group as a whole. */
const KEYS = ['cores', 'sockets', 'memory', 'cpu', 'bios', 'machine', 'scsihw'] as const;

export const drift = defineCheck({
  id: 'VM-DRIFT',
  group: 'guests',
  title: 'Guests of a group are alike',
  looksAt: 'settings of the guests of each of our groups',
  why: 'One that was changed by hand differs from its brothers, and the next run of the answers will not know why.',
  needs: 'api',
  scope: 'cluster',
  gate: 'mends',
  read: readGuests,
  judge(guests) {
    const ours = guests.flatMap((guest) => {
      const own = readIdentity(guest.config?.description ?? '');
      return own?.cluster && own.group && !isTemplate(guest)
        ? [{ guest, group: `${own.cluster}/${own.group}` }]
        : [];
    });
    if (ours.length === 0) return skip('there are no clusters of ours');
    const verdicts = [...Map.groupBy(ours, ({ group }) => group)].flatMap(([group, members]) =>
      KEYS.flatMap((key): Verdict[] => {
        const values = Map.groupBy(members, ({ guest }) => guest.config?.[key] ?? 'the default');
        if (values.size < 2) return [];
        const [usual = '', ...others] = [...values]
          .sort(([, a], [, b]) => b.length - a.length)
          .map(([value]) => value);
        return others.flatMap((value) =>
          (values.get(value) ?? []).map(({ guest }) =>
            warn(`guest ${guestName(guest)} has ${key} ${value}, the others of ${group} have ${usual}`, {
              text: 'apply the answers again, or change them so that they say what is meant',
              command: 'proxwright plan <answers>',
            }),
          ),
        );
      }),
    );
    return orPass(verdicts, count(ours.length, 'guest'));
  },
});
