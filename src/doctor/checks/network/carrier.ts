import { defineCheck } from '../../check.ts';
import { leadsOut, linksOf, readLinks } from '../../read/links.ts';
import { fail, listed, pass, skip, warn } from '../../verdict.ts';

export const carrier = defineCheck({
  id: 'NET-CARRIER',
  group: 'network',
  title: 'Bridge ports have a link',
  looksAt: 'ip -j -d link show',
  why: 'A port without a carrier is a cable, a switch port or a card: the bridge is up, and its guests reach nobody.',
  needs: 'host',
  scope: 'node',
  read: readLinks,
  judge(text) {
    const links = linksOf(text);
    const bridges = links.filter(({ kind }) => kind === 'bridge').map(({ name }) => name);
    const ports = links.filter((link) => leadsOut(link) && bridges.includes(link.master ?? ''));
    if (ports.length === 0) return skip('no bridge has a port that leads out');
    const dead = ports.filter(({ flags }) => flags.includes('NO-CARRIER') || !flags.includes('UP'));
    if (dead.length === 0) return pass(`carrier on ${listed(ports.map(({ name }) => name))}`);
    const each = listed(
      dead.map(
        ({ name, master, flags }) =>
          `${name} of ${master} ${flags.includes('UP') ? 'has no carrier' : 'is down'}`,
      ),
    );
    const fix = { text: 'look at the cable and the switch port', command: `ethtool ${dead[0]?.name}` };
    const whole = bridges.filter((bridge) => {
      const own = ports.filter(({ master }) => master === bridge);
      return own.length > 0 && own.every((port) => dead.includes(port));
    });
    // A second bridge whose cable is not plugged in may be meant so; the first one never.
    return whole.includes('vmbr0') ? fail(each, fix) : warn(each, fix);
  },
});
