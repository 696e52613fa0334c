import { defineCheck } from '../../check.ts';
import { Unseen } from '../../look.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { orPass, skip, warn } from '../../verdict.ts';

export const sshMesh = defineCheck({
  id: 'ACC-SSH-MESH',
  group: 'access',
  title: 'Nodes reach each other by SSH',
  looksAt: 'ssh from this node to each other node',
  why: 'Migration, replication and the files that we write on other nodes go by the root SSH of the cluster.',
  needs: 'host',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-pvecm.html#_role_of_ssh_in_proxmox_ve_clusters',
  read: async (look, { node, online }) => {
    const rows = rowsOf(await look.get('/cluster/status'), 'the status of the cluster');
    const others = rows.filter(
      (row) =>
        row.type === 'node' &&
        textAt(row, 'ip') !== '' &&
        textAt(row, 'name') !== node &&
        online.includes(textAt(row, 'name')),
    );
    return Promise.all(
      others.map(async (row) => {
        const name = textAt(row, 'name');
        const argv = [
          'ssh',
          '-o',
          'BatchMode=yes',
          '-o',
          'ConnectTimeout=2',
          '-o',
          `HostKeyAlias=${name}`,
          '-o',
          `UserKnownHostsFile=/etc/pve/nodes/${name}/ssh_known_hosts`,
          '-o',
          'GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts',
          `root@${textAt(row, 'ip')}`,
          '--',
          'true',
        ];
        try {
          const { exitCode, stderr } = await look.command(...argv);
          return { name, ok: exitCode === 0, said: stderr };
        } catch (error) {
          // Refused keys are what this is about, not a reason to look away.
          if (error instanceof Unseen && error.reason !== 'out of reach')
            return { name, ok: false, said: error.message.split('-- true: ').at(-1) ?? '' };
          throw error;
        }
      }),
    );
  },
  judge(seen, { node }) {
    if (seen.length === 0) return skip('there is no other node');
    return orPass(
      seen
        .filter(({ ok }) => !ok)
        .map(({ name, said }) =>
          warn(
            `${node} does not reach ${name} by ssh: ${said.trim().split('\n').at(-1) || 'no reason given'}`,
            {
              text: 'let the cluster renew keys and known hosts, on both nodes',
              command: 'pvecm updatecerts',
            },
            { changes: [{ kind: 'command', node, argv: ['pvecm', 'updatecerts'] }] },
          ),
        ),
      `${seen.map(({ name }) => name).join(', ')} answer`,
    );
  },
});
