import { defineCheck } from '../../check.ts';
import { isEnterprise, repositoriesOf } from '../../read/repositories.ts';
import { listed, pass, skip, warn } from '../../verdict.ts';

export const repoEnterprise = defineCheck({
  id: 'PVE-REPO-ENTERPRISE',
  group: 'node',
  title: 'Enterprise repository only with a key',
  looksAt: 'GET /nodes/{node}/apt/repositories, /etc/subscription',
  why: 'Without a subscription the enterprise repository answers 401, apt update fails, and no security update arrives.',
  needs: 'host',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Package_Repositories',
  read: async (look) => ({
    repositories: await look.get('/nodes/{node}/apt/repositories'),
    // Only that there is one: the key itself is nobody's business.
    subscribed: (await look.command('test', '-s', '/etc/subscription')).exitCode === 0,
  }),
  judge({ repositories, subscribed }) {
    const enabled = repositoriesOf(repositories).repositories.filter(
      (one) => one.enabled && isEnterprise(one),
    );
    if (enabled.length === 0) return skip('the enterprise repository is not enabled');
    if (subscribed) return pass('the enterprise repository is enabled, and a subscription is there');
    const files = [...new Set(enabled.map((one) => one.path))];
    return warn(
      `${listed(files)} ${files.length === 1 ? 'enables' : 'enable'} the enterprise repository, but there is no subscription`,
      {
        text: 'switch it off and use pve-no-subscription, or enter a key',
        command: 'pvesubscription set <key>',
      },
      {
        changes: enabled.map(({ path, index }) => ({
          kind: 'api' as const,
          method: 'post' as const,
          path: '/nodes/{node}/apt/repositories',
          params: { path, index, enabled: 0 },
          undo: {
            method: 'post' as const,
            path: '/nodes/{node}/apt/repositories',
            params: { path, index: String(index), enabled: '1' },
          },
        })),
      },
    );
  },
});
