import { parseGuestConf } from '../../../kea/guest-conf.ts';
import { defineCheck } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { count, info, orPass, warn } from '../../verdict.ts';

export const keaConfs = defineCheck({
  id: 'KEA-CONFS',
  group: 'kea',
  title: 'Addresses in settings can be served',
  looksAt: 'ipconfig, net, name and nameserver of all guests',
  why: 'What Kea is to give out must be right before: an address without prefix, a network address, a host name that is none.',
  needs: 'api',
  scope: 'cluster',
  for: ['kea'],
  read: readGuests,
  judge(guests, { wanted }) {
    const seen = guests.filter((guest) => guest.config !== undefined);
    const verdicts = seen.flatMap((guest) => {
      const text = Object.entries(guest.config ?? {})
        .filter(([key]) => key !== 'description')
        .map(([key, value]) => `${key}: ${value}\n`)
        .join('');
      return parseGuestConf(text, { vmid: guest.vmid, kind: guest.kind })
        .findings.filter(({ severity }) => severity !== 'info')
        .map(({ nic, message }) => {
          const whole = `guest ${guestName(guest)}${nic === null ? '' : ` ${nic}`}: ${message}`;
          const fix = { text: 'correct the settings of the guest', command: `qm config ${guest.vmid}` };
          return wanted ? warn(whole, fix) : info(whole);
        });
    });
    return orPass(verdicts, count(seen.length, 'guest'));
  },
});
