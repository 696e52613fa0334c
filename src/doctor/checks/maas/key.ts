import { defineCheck } from '../../check.ts';
import { jsonOf, rowOf, textAt } from '../../understand.ts';
import { fail, pass } from '../../verdict.ts';

export const maasKey = defineCheck({
  id: 'MAAS-KEY',
  group: 'maas',
  title: 'API key is valid',
  looksAt: 'GET /MAAS/api/2.0/users/?op=whoami',
  why: 'Uploads and deployments are done in the name of the owner of the key.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: (look) => look.maas('users/?op=whoami'),
  judge({ status, body }) {
    if (status === 401 || status === 403)
      return fail(`MAAS does not take the API key (${status})`, {
        text: 'take a new one from your preferences in MAAS, all three parts with the colons',
        command: 'sudo maas apikey --username <user>',
      });
    if (status !== 200)
      return fail(`MAAS answers ${status} to who we are`, {
        text: 'look at the log of the region controller',
      });
    return pass(`you are ${textAt(rowOf(jsonOf(body, 'MAAS'), 'MAAS'), 'username')}`);
  },
});
