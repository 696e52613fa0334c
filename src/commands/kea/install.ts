import { type CommandLine, parseOptions } from '../../cli.ts';
import type { CommandSpec, OptionSpec } from '../../command-list.ts';
import { globalOptions } from '../../command-list.ts';
import type { Env } from '../../env.ts';
import { UsageError } from '../../errors.ts';
import { applyAnswers } from '../apply.ts';
import { parseFiles } from '../planning/read-answers.ts';

/** Options that are answers: their name with `_` for `-` is the key below `kea:`. */
const ANSWERS: readonly (OptionSpec & { kind: 'text' | 'number' | 'list' | 'switch' })[] = [
  { name: 'mode', kind: 'text', value: 'MODE', help: 'host, lxc or docker (default: host)' },
  { name: 'nodes', kind: 'list', value: 'NODE,…', help: 'where; all unless told' },
  { name: 'dhcpv6', kind: 'switch', help: 'DHCPv6 too' },
  { name: 'exclude', kind: 'list', value: 'BRIDGE,…', help: 'bridges to leave out' },
  { name: 'poll', kind: 'number', value: 'SECONDS', help: 'looks at everything that often (default: 60)' },
  { name: 'probe', kind: 'number', value: 'SECONDS', help: 'looks for other servers that often; 0: never' },
  { name: 'firewall-bridges', kind: 'text', value: 'WHEN', help: 'when-needed or always' },
  { name: 'storage', kind: 'text', value: 'STORAGE', help: "of the container's disk" },
  { name: 'template', kind: 'text', value: 'NAME', help: 'of the container, such as debian-13-standard' },
  { name: 'vmid', kind: 'number', value: 'ID', help: 'first id of the containers' },
  { name: 'disk', kind: 'text', value: 'SIZE', help: 'of the container, such as 4G' },
  { name: 'memory', kind: 'number', value: 'MIB', help: 'of the container' },
];

const SPEC: CommandSpec = {
  name: 'kea install',
  operands: '',
  count: [0, 0],
  help: 'put Kea and the agent on nodes',
  options: [
    ...ANSWERS,
    { name: 'yes', short: 'y', help: 'do not ask before the plan is carried out' },
    { name: 'dry-run', help: 'stop after the checks, and say what would be done' },
    { name: 'verbose', short: 'v', help: 'show the exact calls of each step' },
    { name: 'skip', value: 'ID,…', help: "leave out these checks of the doctor's" },
  ],
};

/** `kea install`: the same as applying a file with the section `kea:`. */
export async function keaInstall(given: CommandLine, env: Env): Promise<number> {
  const words = given.rest.slice(1);
  const behind = parseOptions(words, SPEC);
  const { operands } = behind;
  const values = { ...given.values, ...behind.values };
  const switches = new Set([...given.switches, ...behind.switches]);
  if (switches.has('help')) {
    env.stdout.write(helpText());
    return 0;
  }
  if (operands.length > 0) {
    throw new UsageError(`kea install takes no "${operands[0]}"`, {
      fix: `proxwright apply ${operands[0]}, or options: proxwright kea install --help`,
    });
  }
  const answers = Object.fromEntries(
    ANSWERS.flatMap(({ name, kind }) => {
      const key = name.replaceAll('-', '_');
      const text = values[name];
      if (kind === 'switch') return switches.has(name) ? [[key, true]] : [];
      return text === undefined ? [] : [[key, answerOf(text, kind)]];
    }),
  );
  const text = JSON.stringify({ version: 1, kea: answers });
  const read = parseFiles([{ name: 'kea install', text }], env);
  if (switches.has('non-interactive')) switches.add('yes');
  return applyAnswers(read, { line: { command: 'kea', operands: [], values, switches, rest: words }, env });
}

/** A number that is none stays a text, and the schema says what it wants. */
function answerOf(text: string, kind: 'text' | 'number' | 'list'): unknown {
  if (kind === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'text' || text === 'all') return text;
  return text.split(',').filter((word) => word !== '');
}

function helpText(): string {
  const shown = [...SPEC.options, ...globalOptions].map(({ name, value, help }) => {
    const option = `--${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${option.padEnd(26)}${help}\n`;
  });
  return `proxwright kea install [options]\n\nShows the plan and asks; the same as applying a file with the section kea:.\n\n${shown.join('')}`;
}
