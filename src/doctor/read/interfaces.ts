/** One stanza of /etc/network/interfaces with its options in order. */
export interface Stanza {
  /** 1-based. */
  line: number;
  name: string;
  family: string;
  method: string;
  options: readonly { line: number; key: string; value: string }[];
}

export interface Interfaces {
  auto: readonly string[];
  stanzas: readonly Stanza[];
  problems: readonly { line: number; message: string }[];
}

/** As interfaces(5) and ifupdown2 read it: stanzas, options behind them, `\` at the end of a line that goes on. */
export function parseInterfaces(text: string): Interfaces {
  const auto: string[] = [];
  const stanzas: (Stanza & { options: Stanza['options'][number][] })[] = [];
  const problems: { line: number; message: string }[] = [];
  let open = false;
  for (const { line, words } of wholeLines(text)) {
    const [first = '', ...rest] = words;
    if (first === 'auto' || first.startsWith('allow-')) {
      open = false;
      auto.push(...rest);
    } else if (first === 'iface') {
      const [name = '', family = 'inet', method = 'manual'] = rest.filter((word) => word !== 'inherits');
      open = true;
      if (name === '') problems.push({ line, message: 'iface without a name' });
      if (!FAMILIES.includes(family))
        problems.push({ line, message: `iface ${name} has the unknown family ${family}` });
      else if (!METHODS.includes(method))
        problems.push({ line, message: `iface ${name} has the unknown method ${method}` });
      stanzas.push({ line, name, family, method, options: [] });
    } else if (BLOCKS.includes(first)) {
      // Their options are nobody's interface.
      open = first === 'mapping' || first === 'vlan';
    } else if (/^source(-directory)?$/.test(first)) open = false;
    else if (open) stanzas.at(-1)?.options.push({ line, key: first, value: rest.join(' ') });
    else problems.push({ line, message: `"${first.slice(0, 40)}" stands in no stanza` });
  }
  return { auto, stanzas, problems };
}

const FAMILIES = ['inet', 'inet6', 'ipx', 'can'];
const METHODS = [
  'loopback',
  'static',
  'manual',
  'dhcp',
  'auto',
  'ppp',
  'tunnel',
  'wvdial',
  'v4tunnel',
  '6to4',
  'bootp',
];
const BLOCKS = ['mapping', 'rename', 'no-auto-down', 'no-scripts', 'template', 'vlan'];

function* wholeLines(text: string): Generator<{ line: number; words: string[] }> {
  let held = '';
  let start = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    if (held === '') start = index + 1;
    if (raw.endsWith('\\')) {
      held += `${raw.slice(0, -1)} `;
      continue;
    }
    const whole = (held + raw).trim();
    held = '';
    if (whole !== '' && !whole.startsWith('#')) yield { line: start, words: whole.split(/\s+/) };
  }
}
