import { defineCheck } from '../../check.ts';
import { fail, pass, warn } from '../../verdict.ts';

export const hostname = defineCheck({
  id: 'PVE-HOSTNAME',
  group: 'node',
  title: 'Host name',
  looksAt: '/etc/hostname',
  why: 'The node finds its guests under /etc/pve/nodes/<host name>: another name at the next start is a node without guests.',
  needs: 'host',
  scope: 'node',
  read: (look) => look.file('/etc/hostname'),
  judge(text, { node }) {
    const name =
      text
        ?.split('\n')
        .find((line) => line.trim() !== '' && !line.startsWith('#'))
        ?.trim() ?? '';
    const write = {
      kind: 'file' as const,
      node,
      path: '/etc/hostname',
      before: text,
      after: `${node}\n`,
      mode: 0o644,
    };
    const fix = { text: `write ${node} to /etc/hostname`, command: `hostnamectl set-hostname ${node}` };
    if (name === '')
      return fail('/etc/hostname is empty: after the next start the node has no name', fix, {
        changes: [write],
      });
    const [short] = name.split('.');
    if (!/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(short ?? ''))
      return fail('/etc/hostname holds something that is no host name', fix, { changes: [write] });
    if (short !== node)
      return fail(`/etc/hostname says ${short}, the cluster knows this node as ${node}`, fix, {
        changes: [write],
      });
    if (short !== name)
      return warn(
        `/etc/hostname holds the name with its domain, ${name}`,
        {
          ...fix,
          text: 'the domain belongs to /etc/hosts; /etc/hostname holds the first part alone',
        },
        { changes: [write] },
      );
    return pass(name);
  },
});
