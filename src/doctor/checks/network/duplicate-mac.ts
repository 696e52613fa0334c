import { defineCheck } from '../../check.ts';
import { guestName, isTemplate, numbered, readGuests, unseenNote } from '../../read/guests.ts';
import { count, fail, orPass } from '../../verdict.ts';

const MAC = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i;

export const duplicateMac = defineCheck({
  id: 'NET-DUPLICATE-MAC',
  group: 'network',
  title: 'Every guest has its own MAC',
  looksAt: 'the network cards of all guests',
  why: "Two cards of one MAC on a network take each other's packets: both guests come and go.",
  needs: 'api',
  scope: 'cluster',
  gate: 'tells',
  read: readGuests,
  judge(guests) {
    const owners = new Map<string, { text: string; vmid: number; key: string }[]>();
    for (const guest of guests.filter((one) => !isTemplate(one))) {
      for (const { key, value } of numbered(guest.config, 'net')) {
        const mac = MAC.exec(value)?.[0].toUpperCase();
        if (mac)
          owners.set(mac, [
            ...(owners.get(mac) ?? []),
            { text: `${guestName(guest)} ${key}`, vmid: guest.vmid, key },
          ]);
      }
    }
    const verdicts = [...owners].flatMap(([mac, all]) =>
      all.length < 2
        ? []
        : [
            fail(`${mac} is the MAC of ${all.map(({ text }) => text).join(' and ')}`, {
              text: 'give all but one a new one: set the card again without its MAC',
              command: `qm set ${all.at(-1)?.vmid} --${all.at(-1)?.key} virtio,bridge=<bridge>`,
            }),
          ],
    );
    return orPass(verdicts, `${count(owners.size, 'MAC')}, each once${unseenNote(guests)}`);
  },
});
