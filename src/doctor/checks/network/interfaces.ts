import { defineCheck, type Verdict } from '../../check.ts';
import { parseInterfaces } from '../../read/interfaces.ts';
import { fail, listed, orPass, warn } from '../../verdict.ts';

export const interfaces = defineCheck({
  id: 'NET-INTERFACES',
  group: 'network',
  title: 'Network configuration can be read',
  looksAt: '/etc/network/interfaces',
  why: 'A line that ifupdown2 does not understand takes its interface away, at the next start at the latest, and with it the node.',
  needs: 'host',
  scope: 'node',
  read: (look) => look.file('/etc/network/interfaces'),
  judge(text) {
    const fix = {
      text: 'correct the file; ifquery reads it without changing anything',
      command: 'ifquery --syntax-check -a',
    };
    if (text === undefined || text.trim() === '')
      return fail('/etc/network/interfaces is empty: the next start is without network', fix);
    const { stanzas, problems, auto } = parseInterfaces(text);
    const verdicts: Verdict[] = problems
      .slice(0, 3)
      .map(({ line, message }) => fail(`/etc/network/interfaces:${line}: ${message}`, fix));
    for (const { name, method, options } of stanzas) {
      for (const { line, key, value } of options) {
        if (/^(address|gateway)$/.test(key) && !/^[0-9a-f.:]+(\/\d{1,3})?$/i.test(value))
          verdicts.push(
            fail(
              `/etc/network/interfaces:${line}: ${name} has ${key} "${value.slice(0, 40)}", which is no address`,
              fix,
            ),
          );
      }
      if (method === 'static' && !options.some(({ key }) => key === 'address'))
        verdicts.push(fail(`${name} is static but has no address`, fix));
    }
    const gateways = stanzas.filter(
      ({ family, options }) => family === 'inet' && options.some(({ key }) => key === 'gateway'),
    );
    if (gateways.length > 1)
      verdicts.push(
        warn(
          `${listed(gateways.map(({ name }) => name))} each have a gateway: which one counts depends on the order they come up`,
          { text: 'keep one gateway; other ways out need rules of their own' },
        ),
      );
    const bridges = stanzas.filter(({ options }) => options.some(({ key }) => /^bridge[-_]ports$/.test(key)));
    const never = bridges.filter(({ name }) => !auto.includes(name)).map(({ name }) => name);
    if (never.length > 0)
      verdicts.push(
        warn(`${listed(never)} is not brought up at start: there is no auto line`, {
          text: `write "auto ${never[0]}" before its iface line`,
        }),
      );
    return orPass(verdicts, `${stanzas.length} interfaces`);
  },
});
