import { X509Certificate } from 'node:crypto';
import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { fail, pass, warn } from '../../verdict.ts';

const DAY = 86_400;
/** pveproxy renews its own certificate two weeks before the end (pveupdate); one that is nearer was not renewed. */
const SOON = 10 * DAY;

export const certificate = defineCheck({
  id: 'PVE-CERTIFICATE',
  group: 'node',
  title: 'Certificate of the API',
  looksAt: '/etc/pve/nodes/{node}/pveproxy-ssl.pem, else pve-ssl.pem',
  why: 'Clients that check certificates, as they should, refuse an API whose certificate has ended; so do the other nodes.',
  needs: 'host',
  scope: 'node',
  read: async (look, { node }) => {
    const own = await look.file(`/etc/pve/nodes/${node}/pveproxy-ssl.pem`);
    return { own: own !== undefined, text: own ?? (await look.file(`/etc/pve/nodes/${node}/pve-ssl.pem`)) };
  },
  judge({ own, text }, { node, now }) {
    const renew = own
      ? {
          text: 'renew the certificate that was uploaded or ordered',
          command: 'pvenode acme cert renew --force',
        }
      : {
          text: 'let the cluster sign a new one',
          command: 'pvecm updatecerts --force && systemctl reload pveproxy',
        };
    const mend = own
      ? undefined
      : {
          changes: [
            { kind: 'command' as const, node, argv: ['pvecm', 'updatecerts', '--force'] },
            { kind: 'command' as const, node, argv: ['systemctl', 'reload', 'pveproxy'] },
          ],
        };
    if (text === undefined) return fail('the node has no certificate', renew, mend);
    const { begins, ends } = termOf(text, own ? 'pveproxy-ssl.pem' : 'pve-ssl.pem');
    const day = dayOf(ends);
    if (begins > now)
      return fail(
        `the certificate is valid from ${dayOf(begins)} on: was the clock wrong when it was made?`,
        renew,
        mend,
      );
    if (ends <= now) return fail(`the certificate ended on ${day}`, renew, mend);
    // Some are made for six days, and renewed when a third is left.
    if (ends - now < Math.min(SOON, (ends - begins) / 4))
      return warn(`the certificate ends on ${day}`, renew, mend);
    return pass(`valid until ${day}`);
  },
});

function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** Unix seconds. */
function termOf(text: string, file: string): { begins: number; ends: number } {
  try {
    const { validFromDate, validToDate } = new X509Certificate(text);
    return { begins: validFromDate.getTime() / 1000, ends: validToDate.getTime() / 1000 };
  } catch {
    throw new Garbled(file, text);
  }
}
