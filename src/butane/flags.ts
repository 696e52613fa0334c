import { UsageError } from '../errors.ts';

export interface ButaneFlags {
  strict: boolean;
  pretty: boolean;
  check: boolean;
  rawErrors: boolean;
  help: boolean;
  filesDir?: string;
  output?: string;
  /** The config's file; absent for standard input. */
  file?: string;
}

interface Flag {
  name: string;
  short?: string;
  /** What it takes; absent for a switch. */
  value?: string;
  help: string;
  /** Understood but without a place in the help. */
  hidden?: true;
  set(flags: ButaneFlags, value: string): void;
}

/** The real tool's flags. `--raw` and the colours change nothing for the variants that are compiled here. */
const FLAGS: readonly Flag[] = [
  {
    name: 'strict',
    short: 's',
    help: 'fail on any warning',
    set: (flags, value) => {
      flags.strict = truth('strict', value);
    },
  },
  {
    name: 'pretty',
    short: 'p',
    help: 'output formatted json',
    set: (flags, value) => {
      flags.pretty = truth('pretty', value);
    },
  },
  {
    name: 'check',
    short: 'c',
    help: 'check config without producing output',
    set: (flags, value) => {
      flags.check = truth('check', value);
    },
  },
  {
    name: 'files-dir',
    short: 'd',
    value: 'DIR',
    help: 'allow embedding local files from this directory',
    set: (flags, value) => {
      if (value === '') delete flags.filesDir;
      else flags.filesDir = value;
    },
  },
  {
    name: 'raw-errors',
    help: 'show one line per report entry instead of the source around it',
    set: (flags, value) => {
      flags.rawErrors = truth('raw-errors', value);
    },
  },
  {
    name: 'output',
    short: 'o',
    value: 'FILE',
    help: 'write to output file instead of stdout',
    set: (flags, value) => {
      if (value === '') delete flags.output;
      else flags.output = value;
    },
  },
  { name: 'raw', short: 'r', help: '', hidden: true, set: (_, value) => void truth('raw', value) },
  { name: 'color', help: '', hidden: true, set: () => {} },
  { name: 'colour', help: '', hidden: true, set: () => {} },
  {
    name: 'help',
    short: 'h',
    help: 'show usage and exit',
    set: (flags) => {
      flags.help = true;
    },
  },
];

/** Reads flags in any order, as the real tool takes them: `-sp`, `-dDIR`, `--files-dir=DIR`. Throws UsageError. */
export function parseButaneFlags(argv: readonly string[]): ButaneFlags {
  const flags: ButaneFlags = { strict: false, pretty: false, check: false, rawErrors: false, help: false };
  const files: string[] = [];
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') files.push(...rest.splice(0));
    else if (arg.startsWith('--')) readLong(arg, rest, flags);
    else if (arg.startsWith('-') && arg !== '-') readShort(arg.slice(1), rest, flags);
    else files.push(arg);
  }
  if (files.length > 1) {
    throw new UsageError(`one config file at most, got ${files.length}`, { fix: 'proxwright butane --help' });
  }
  if (files[0] !== undefined && files[0] !== '') flags.file = files[0];
  return flags;
}

export function butaneUsage(): string {
  const rows = FLAGS.filter((flag) => !flag.hidden).map((flag) => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    return [
      `  ${short}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
      flag.help,
    ] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, help]) => `${left.padEnd(width)}   ${help}`);
  return `Usage: proxwright butane [options] [input-file]\nOptions:\n${lines.join('\n')}\n`;
}

function readLong(arg: string, rest: string[], flags: ButaneFlags): void {
  const equals = arg.indexOf('=');
  const name = arg.slice(2, equals < 0 ? undefined : equals);
  const flag = FLAGS.find((each) => each.name === name);
  if (!flag) throw unknownFlag(`unknown flag: --${name}`);
  if (equals >= 0) flag.set(flags, arg.slice(equals + 1));
  else if (flag.value === undefined) flag.set(flags, 'true');
  else flag.set(flags, argument(rest, arg));
}

/** Several switches may share one dash; what follows a flag with a value is the value. */
function readShort(letters: string, rest: string[], flags: ButaneFlags): void {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charAt(i);
    const flag = FLAGS.find((each) => each.short === letter);
    if (!flag) throw unknownFlag(`unknown shorthand flag: '${letter}' in -${letters}`);
    const behind = letters.slice(i + 1);
    if (behind.startsWith('=')) {
      flag.set(flags, behind.slice(1));
      return;
    }
    if (flag.value !== undefined) {
      flag.set(flags, behind === '' ? argument(rest, `'${letter}' in -${letters}`) : behind);
      return;
    }
    flag.set(flags, 'true');
  }
}

function argument(rest: string[], flag: string): string {
  const value = rest.shift();
  if (value === undefined) throw unknownFlag(`flag needs an argument: ${flag}`);
  return value;
}

function truth(name: string, value: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw unknownFlag(`invalid argument "${value}" for --${name}: true or false is wanted`);
}

function unknownFlag(message: string): UsageError {
  return new UsageError(message, { fix: 'proxwright butane --help' });
}
