import { defineCheck } from '../../check.ts';
import { isPve, repositoriesOf } from '../../read/repositories.ts';
import { pass, warn } from '../../verdict.ts';

export const repoPve = defineCheck({
  id: 'PVE-REPO',
  group: 'node',
  title: 'A repository of Proxmox VE',
  looksAt: 'GET /nodes/{node}/apt/repositories',
  why: 'Without one the node gets no updates of Proxmox VE and its kernel, and says nothing about it.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Package_Repositories',
  read: (look) => look.get('/nodes/{node}/apt/repositories'),
  judge(seen, { node }) {
    const { repositories, broken } = repositoriesOf(seen);
    const [first] = broken;
    if (first)
      return warn(`${first.path} cannot be read by apt: ${first.error}`, {
        text: 'mend or remove that file; apt refuses all others with it',
        command: `apt-get update`,
      });
    const found = repositories.filter((one) => one.enabled && isPve(one));
    if (found.length > 0) return pass([...new Set(found.flatMap((one) => one.components))].join(', '));
    return warn(
      'no repository of Proxmox VE is enabled: there will be no updates',
      {
        text: 'add pve-no-subscription, or pve-enterprise with a key',
        command: `pvesh set /nodes/${node}/apt/repositories --handle no-subscription`,
      },
      {
        changes: [
          {
            kind: 'api',
            method: 'put',
            path: '/nodes/{node}/apt/repositories',
            params: { handle: 'no-subscription' },
          },
        ],
      },
    );
  },
});
