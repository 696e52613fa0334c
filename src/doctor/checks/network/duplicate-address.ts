import { defineCheck } from '../../check.ts';
import { guestName, isTemplate, numbered, readGuests, unseenNote } from '../../read/guests.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { count, fail, orPass } from '../../verdict.ts';

export const duplicateAddress = defineCheck({
  id: 'NET-DUPLICATE-ADDRESS',
  group: 'network',
  title: 'Every address is given once',
  looksAt: 'ipconfig of all guests, GET /cluster/status',
  why: 'Two machines of one address on a network answer for one another: neither is reached for long.',
  needs: 'api',
  scope: 'cluster',
  gate: 'tells',
  read: async (look) => ({ guests: await readGuests(look), status: await look.get('/cluster/status') }),
  judge({ guests, status }) {
    const owners = new Map<string, string[]>();
    const add = (place: string, owner: string): void => {
      owners.set(place, [...(owners.get(place) ?? []), owner]);
    };
    const nodes = rowsOf(status, 'the status of the cluster').filter((row) => row.type === 'node');
    for (const row of nodes)
      if (textAt(row, 'ip') !== '') add(textAt(row, 'ip'), `node ${textAt(row, 'name')}`);
    for (const guest of guests.filter((one) => !isTemplate(one))) {
      const own = new Set(
        [...numbered(guest.config, 'ipconfig'), ...numbered(guest.config, 'net')].flatMap(({ value }) =>
          [...value.matchAll(/(?:^|,)ip6?=([0-9a-f.:]+)\//gi)].map((match) => (match[1] ?? '').toLowerCase()),
        ),
      );
      for (const address of own) add(address, `guest ${guestName(guest)}`);
    }
    const verdicts = [...owners].flatMap(([address, all]) =>
      all.length < 2
        ? []
        : [
            fail(`${address} is given to ${all.join(' and ')}`, {
              text: 'give all but one another address (two networks that never meet may share it)',
              command: `qm set <vmid> --ipconfig0 ip=<address>/<prefix>,gw=<gateway>`,
            }),
          ],
    );
    return orPass(verdicts, `${count(owners.size, 'address', 'addresses')}, each once${unseenNote(guests)}`);
  },
});
