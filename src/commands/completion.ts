import type { CommandLine } from '../cli.ts';
import { commands, globalOptions, type OptionSpec } from '../command-list.ts';
import type { Env } from '../env.ts';
import { UsageError } from '../errors.ts';

/** `completion`: a script for the shell, made from the list of commands. */
export function completion({ operands }: CommandLine, env: Env): number {
  const script = { bash, zsh, fish }[operands[0] ?? ''];
  if (!script)
    throw new UsageError(`there is no completion for "${operands[0]}"`, { fix: 'bash, zsh or fish' });
  env.stdout.write(script());
  return 0;
}

const names = (options: readonly OptionSpec[]): string => options.map(({ name }) => `--${name}`).join(' ');

function bash(): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words="${names([...options, ...globalOptions])}" ;;`,
  );
  return [
    '_proxwright() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    `    *) words="${commands.map(({ name }) => name).join(' ')} ${names(globalOptions)}" ;;`,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))',
    '}',
    'complete -o filenames -F _proxwright proxwright',
    '',
  ].join('\n');
}

function zsh(): string {
  return ['#compdef proxwright', 'autoload -U +X bashcompinit && bashcompinit', bash()].join('\n');
}

function fish(): string {
  const own = commands.flatMap(({ name, help, options }) => [
    `complete -c proxwright -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
    ...options.map(
      (option) => `complete -c proxwright -n "__fish_seen_subcommand_from ${name}" ${fishOption(option)}`,
    ),
  ]);
  return [...own, ...globalOptions.map((option) => `complete -c proxwright ${fishOption(option)}`), ''].join(
    '\n',
  );
}

function fishOption({ name, value, short, help }: OptionSpec): string {
  return `-l ${name}${short ? ` -s ${short}` : ''}${value ? ' -r' : ''} -d ${quoted(help)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
