import { parseArgs } from 'node:util';
import { guess } from './answers/guess.ts';
import { type CommandSpec, commands, globalOptions, type OptionSpec } from './command-list.ts';
import { UsageError } from './errors.ts';

export interface CommandLine {
  /** A name out of {@link commands}; undefined: the terminal UI. */
  command: string | undefined;
  operands: readonly string[];
  /** Values of options that take one. */
  values: Readonly<Record<string, string>>;
  switches: ReadonlySet<string>;
  /** What stands behind the command, untouched: for commands that read their own flags. */
  rest: readonly string[];
}

/** Takes argv (without node and script) apart. Throws UsageError. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  if (argv[0] === 'help') return parseCommandLine([...argv.slice(1), '--help']);
  const at = argv.findIndex((word, index) => !word.startsWith('-') && !takesValue(argv[index - 1]));
  const word = at < 0 ? undefined : argv[at];
  const nonInteractive = argv.includes('--non-interactive');
  const spec =
    commands.find((command) => command.name === word) ?? (nonInteractive ? commands[0] : undefined);
  if (word !== undefined && !spec) throw unknownCommand(word);
  if (spec?.own) {
    // What stands in front of it counts for every command.
    return { command: spec.name, ...parseOptions(argv.slice(0, at), undefined), rest: argv.slice(at + 1) };
  }
  const words = spec && word === spec.name ? [...argv.slice(0, at), ...argv.slice(at + 1)] : [...argv];
  const parsed = parseOptions(words, spec);
  const { operands, switches } = parsed;
  if (nonInteractive) switches.add('yes');
  const asks = switches.has('help') || switches.has('version');
  if (spec && !asks && (operands.length < spec.count[0] || operands.length > spec.count[1])) {
    throw new UsageError(
      operands.length < spec.count[0]
        ? `${spec.name} wants ${spec.operands}`
        : `${spec.name} takes no more than ${spec.operands || 'its options'}`,
      {
        fix: `proxwright ${spec.name} --help`,
      },
    );
  }
  return { command: spec?.name, ...parsed, rest: words };
}

/** The words behind a command, by its options and those that stand with every command. Throws UsageError. */
export function parseOptions(words: readonly string[], spec: CommandSpec | undefined) {
  const known = [...globalOptions, ...(spec?.options ?? [])];
  const options = Object.fromEntries(
    known.map(({ name, value, short }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const entries = Object.entries(values);
    for (const [name, value] of entries) refuseUnknownValue(name, value, known);
    return {
      operands: positionals,
      values: Object.fromEntries(
        entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
      switches: new Set(entries.filter(([, value]) => value === true).map(([name]) => name)),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw optionError(error as NodeJS.ErrnoException, known, spec);
  }
}

function refuseUnknownValue(name: string, value: unknown, known: readonly OptionSpec[]): void {
  const { oneOf } = known.find((option) => option.name === name) ?? {};
  if (oneOf === undefined || typeof value !== 'string' || oneOf.includes(value)) return;
  const wanted = `${oneOf.slice(0, -1).join(', ')} or ${oneOf[oneOf.length - 1]}`;
  throw new UsageError(`--${name} wants ${wanted}, not "${value}"`);
}

function takesValue(word: string | undefined): boolean {
  if (word === undefined || word.includes('=')) return false;
  const all = [...globalOptions, ...commands.flatMap((command) => command.options)];
  return all.some(({ name, value }) => value !== undefined && word === `--${name}`);
}

function unknownCommand(word: string): UsageError {
  const names = commands.map((command) => command.name);
  const looksLikeFile = /\.(ya?ml|json)$/.test(word);
  return new UsageError(`there is no command "${word}"`, {
    fix: looksLikeFile
      ? `proxwright apply ${word}`
      : `${meant(word, names)}the commands: ${names.join(', ')}`,
  });
}

function optionError(
  error: NodeJS.ErrnoException,
  known: readonly OptionSpec[],
  spec: CommandSpec | undefined,
): UsageError {
  const help = spec ? `proxwright ${spec.name} --help` : 'proxwright --help';
  const option = /'(?:-\w, )?(--?[\w-]+)/.exec(error.message)?.[1] ?? '';
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const names = known.map(({ name }) => `--${name}`);
    return new UsageError(`there is no option ${option}`, { fix: `${meant(option, names)}${help}` });
  }
  const wanted = known.find(({ name }) => `--${name}` === option)?.value;
  return new UsageError(wanted ? `${option} wants ${wanted}` : `${option} takes no value`, { fix: help });
}

/** Nothing, where nothing is near enough to be meant. */
function meant(word: string, names: readonly string[]): string {
  const near = guess(word, names);
  return near === undefined ? '' : `did you mean ${near}? `;
}
