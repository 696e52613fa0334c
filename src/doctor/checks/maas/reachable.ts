import { defineCheck } from '../../check.ts';
import { Garbled, Unseen } from '../../look.ts';
import { jsonOf, rowOf, textAt } from '../../understand.ts';
import { fail, pass } from '../../verdict.ts';

export const maasReachable = defineCheck({
  id: 'MAAS-REACHABLE',
  group: 'maas',
  title: 'MAAS answers',
  looksAt: 'GET /MAAS/api/2.0/version/',
  why: 'Images are uploaded to MAAS and machines deployed by it.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: async (look) => {
    try {
      return await look.maas('version/', { anonymous: true });
    } catch (error) {
      // That it does not answer is what this check is for.
      if (error instanceof Unseen && error.reason === 'failed') return error.message;
      throw error;
    }
  },
  judge(seen) {
    const fix = {
      text: 'look at the address (http://<server>:5240/MAAS), at the service there and at what lies between',
      command: 'systemctl status snap.maas.pebble',
    };
    if (typeof seen === 'string') return fail(`MAAS does not answer: ${seen}`, fix);
    if (seen.status !== 200) return fail(`MAAS answers ${seen.status} where it should tell its version`, fix);
    const version = textAt(rowOf(jsonOf(seen.body, 'MAAS'), 'MAAS'), 'version');
    if (!/^\d+\.\d+/.test(version)) throw new Garbled('MAAS', seen.body);
    return pass(`MAAS ${version}`);
  },
});
