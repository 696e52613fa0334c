import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { fail, listed, pass, warn } from '../../verdict.ts';

export const resolvConf = defineCheck({
  id: 'NET-RESOLV-CONF',
  group: 'network',
  title: 'Name servers are set',
  looksAt: '/etc/resolv.conf',
  why: 'Guests without name servers of their own get those of the node; and the node itself downloads nothing without.',
  needs: 'host',
  scope: 'node',
  read: async (look) => ({ text: await look.file('/etc/resolv.conf'), units: await readUnits(look) }),
  judge({ text, units }, { node }) {
    const fix = {
      text: 'set name servers in the DNS settings of the node',
      command: `pvesh set /nodes/${node}/dns --search <domain> --dns1 <address>`,
    };
    if (text === undefined) return fail('there is no /etc/resolv.conf', fix);
    const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
    if (servers.length === 0) return fail('/etc/resolv.conf names no name server', fix);
    const wrong = servers.filter((server) => !/^[0-9a-f.:%\w]+$/i.test(server) || !/[.:]/.test(server));
    if (wrong.length > 0)
      return fail(
        `/etc/resolv.conf names ${listed(wrong.map((one) => one.slice(0, 40)))}, which is no address`,
        fix,
      );
    const resolved = unitsOf(units).get('systemd-resolved.service')?.active === 'active';
    if (servers.every((server) => server.startsWith('127.0.0.53')) && !resolved)
      return fail('/etc/resolv.conf points at systemd-resolved, which does not run', fix);
    // resolv.conf(5), MAXNS.
    if (servers.length > 3)
      return warn(`only the first three of ${servers.length} name servers are asked`, {
        text: 'take the others out',
      });
    return pass(listed(servers));
  },
});
