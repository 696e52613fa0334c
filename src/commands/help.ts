import { type CommandSpec, commands, globalOptions, type OptionSpec } from '../command-list.ts';

/** The help of one command, or of all. */
export function helpText(name: string | undefined): string {
  const spec = commands.find((command) => command.name === name);
  return spec ? commandHelp(spec) : overview();
}

function overview(): string {
  const width = Math.max(...commands.map((command) => usage(command).length));
  return [
    'Proxwright: Proxmox VE guests, clusters and images from one terminal UI or one YAML file.',
    '',
    '  proxwright                              the terminal UI',
    '  proxwright --non-interactive FILE…      answer files, no questions',
    '',
    'Commands',
    ...commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.help}`),
    '',
    'Options of every command; what butane, kea and image take beside, their own --help says',
    ...optionLines(globalOptions),
    '',
    'Exit codes: 0 done; 1 failed, the last lines say how to go on; 2 bad usage or answers;',
    '3 plan --exit-code found something to do; 130 cancelled.',
    '',
  ].join('\n');
}

function commandHelp(spec: CommandSpec): string {
  return [
    `proxwright ${usage(spec)}`,
    '',
    `  ${spec.help}`,
    '',
    ...(spec.options.length > 0 ? ['Options', ...optionLines(spec.options), ''] : []),
    'Options of every command',
    ...optionLines(globalOptions),
    '',
  ].join('\n');
}

function usage({ name, operands }: CommandSpec): string {
  return operands ? `${name} ${operands}` : name;
}

function optionLines(options: readonly OptionSpec[]): string[] {
  const left = options.map(
    ({ name, value, short }) => `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
  );
  const width = Math.max(...left.map((text) => text.length));
  return options.map(({ help }, at) => `  ${left[at]?.padEnd(width)}  ${help}`);
}
