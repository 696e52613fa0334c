import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { rowOf, textAt } from '../../understand.ts';
import { info, pass, warn } from '../../verdict.ts';

const DAY = 86_400;
/** Days before its end from which a subscription is worth a remark. */
const SOON = 30;

export const subscription = defineCheck({
  id: 'PVE-SUBSCRIPTION',
  group: 'node',
  title: 'Subscription is valid, or there is none',
  looksAt: 'GET /nodes/{node}/subscription',
  why: 'With one that ran out the enterprise repository answers 401, and no update arrives; nothing else says so.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_package_repositories',
  read: (look) => look.get('/nodes/{node}/subscription'),
  judge(seen, { now }) {
    const row = rowOf(seen, 'the subscription');
    // As PVE::API2::Subscription has it; before 7.2 the first letter is a capital.
    const status = textAt(row, 'status').toLowerCase();
    const why = textAt(row, 'message');
    switch (status) {
      case 'notfound':
        return pass('none; updates come from pve-no-subscription');
      case 'new':
        return info('the key was never checked with the shop', {
          text: 'have it checked',
          command: 'pvesubscription update --force',
        });
      case 'active':
        return active(row, now);
      case 'invalid':
      case 'expired':
      case 'suspended':
        return warn(`the subscription is ${status}${why === '' ? '' : `: ${why}`}`, {
          text: 'renew it, or take the key away and use pve-no-subscription',
          command: 'pvesubscription update --force',
        });
      default:
        throw new Garbled('the subscription', seen);
    }
  },
});

function active(row: Readonly<Record<string, unknown>>, now: number) {
  const name = textAt(row, 'productname') || 'active';
  const due = textAt(row, 'nextduedate');
  const end = Date.parse(`${due}T00:00:00Z`) / 1000;
  if (Number.isNaN(end)) return pass(name);
  const days = Math.floor((end - now) / DAY);
  if (days >= SOON) return pass(`${name}, until ${due}`);
  return info(days < 0 ? `${name} was due on ${due}` : `${name} ends on ${due}, in ${days} days`, {
    text: 'renew it, then have it checked',
    command: 'pvesubscription update --force',
  });
}
