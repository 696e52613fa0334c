import { readIdentity } from '../../../pve/description.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { type GuestSaid, guestName, readGuests } from '../../read/guests.ts';
import { count, listed, orPass, skip, warn } from '../../verdict.ts';
import { configure } from './drift.ts';

export const identity = defineCheck({
  id: 'VM-IDENTITY',
  group: 'guests',
  title: 'Our guests can be told apart',
  looksAt: 'tags and last line of the description of all guests',
  why: 'We change and remove only what carries our line. A guest cloned by hand carries that of another; one that lost its tag is not listed.',
  needs: 'api',
  scope: 'cluster',
  gate: 'makes',
  read: readGuests,
  judge(guests) {
    const seen = guests.filter((guest) => guest.config !== undefined);
    const marked = seen.map((guest) => ({ guest, identity: readIdentity(guest.config?.description ?? '') }));
    const ours = marked.filter(
      ({ guest, identity: own }) => own !== undefined || guest.tags.includes('proxwright'),
    );
    if (ours.length === 0) return skip('there are no guests of ours');
    const verdicts: Verdict[] = ours.flatMap(({ guest, identity: own }) => {
      if (!own)
        return [
          warn(
            `guest ${guestName(guest)} has the tag proxwright but not our line: we take it for somebody else's`,
            { text: 'take the tag away, or put the line back as the last one of its notes' },
          ),
        ];
      if (!guest.tags.includes('proxwright'))
        return [
          warn(
            `guest ${guestName(guest)} is ours but has lost the tag proxwright`,
            {
              text: 'put the tag back',
              command: `qm set ${guest.vmid} --tags '${tagged(guest, own.cluster)}'`,
            },
            configure(guest, { tags: tagged(guest, own.cluster) }, { tags: guest.tags.join(';') }),
          ),
        ];
      return [];
    });
    const byUid = Map.groupBy(
      ours.filter((one) => one.identity),
      (one) => one.identity?.uid ?? '',
    );
    for (const [uid, same] of byUid) {
      if (same.length > 1)
        verdicts.push(
          warn(
            `${listed(same.map(({ guest }) => guestName(guest)))} carry the same line (uid=${uid}): one was cloned from the other by hand`,
            { text: 'take the line out of the notes of the copy' },
          ),
        );
    }
    return orPass(verdicts, count(ours.length, 'guest'));
  },
});

/** With ours and its cluster's. */
function tagged({ tags }: GuestSaid, cluster: string | undefined): string {
  return [...new Set([...tags, 'proxwright', ...(cluster === undefined ? [] : [cluster])])].join(';');
}
