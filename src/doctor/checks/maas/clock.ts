import { defineCheck } from '../../check.ts';
import { fail, pass, skip, warn } from '../../verdict.ts';

/** Seconds. Beyond this MAAS refuses every signed request with 401. */
const REFUSED = 300;

export const maasClock = defineCheck({
  id: 'MAAS-CLOCK',
  group: 'maas',
  title: 'Clocks of MAAS and this machine agree',
  looksAt: 'Date header of GET /MAAS/api/2.0/version/',
  why: 'Requests are signed with the time: MAAS refuses those of five minutes ago with 401, as if the key were wrong.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: async (look) => (await look.maas('version/', { anonymous: true })).date,
  judge(date, { now }) {
    if (date === undefined) return skip('MAAS does not tell its time');
    const apart = Math.round(Math.abs(date - now));
    const text = `this machine and MAAS are ${apart} s apart`;
    const fix = { text: 'set the clock that is wrong', command: 'timedatectl set-ntp true' };
    if (apart >= REFUSED) return fail(text, fix);
    return apart > 30 ? warn(text, fix) : pass(text);
  },
});
