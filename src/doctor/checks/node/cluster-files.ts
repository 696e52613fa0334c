import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { fail, pass } from '../../verdict.ts';

export const clusterFiles = defineCheck({
  id: 'PVE-PMXCFS',
  group: 'node',
  title: 'Cluster file system',
  looksAt: '/proc/mounts, /etc/pve/.members',
  why: 'Everything Proxmox VE knows lies in /etc/pve. Where it is not mounted, files written there are lost at the next start.',
  needs: 'host',
  scope: 'node',
  read: async (look) => ({
    mounts: await look.file('/proc/mounts'),
    members: await look.file('/etc/pve/.members'),
  }),
  judge({ mounts = '', members }, { node }) {
    if (!/ \/ /.test(mounts)) throw new Garbled('/proc/mounts', mounts);
    const restart = {
      text: 'start pve-cluster, and read why it is not there: journalctl -b -u pve-cluster',
      command: 'systemctl restart pve-cluster',
    };
    const mend = {
      changes: [{ kind: 'command' as const, node, argv: ['systemctl', 'restart', 'pve-cluster'] }],
    };
    const mounted = mounts.split('\n').find((line) => line.split(' ')[1] === '/etc/pve');
    if (!mounted || members === undefined) return fail('/etc/pve is not mounted', restart, mend);
    if (/^ro(,|$)/.test(mounted.split(' ')[3] ?? ''))
      return fail('/etc/pve is mounted read-only', restart, mend);
    const name = /"nodename":\s*"([^"]*)"/.exec(members)?.[1];
    if (name === undefined) throw new Garbled('/etc/pve/.members', members);
    if (name !== node)
      return fail(`/etc/pve takes this node for ${name}`, {
        text: `the host name was changed while guests lay under the old one`,
        command: `hostnamectl set-hostname ${node}`,
      });
    return pass('mounted and writable');
  },
});
