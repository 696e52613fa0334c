import { parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';

type Known = Record<string, { type: 'string' | 'boolean' }>;

type Values<Options extends Known> = {
  [Name in keyof Options]?: (Options[Name]['type'] extends 'string' ? string : boolean) | undefined;
};

/** Reads the options of a command that reads its own. Throws UsageError with all that there are. */
export function ownOptions<const Options extends Known>(
  argv: readonly string[],
  known: Options,
): { values: Values<Options>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: known, allowPositionals: true });
    return { values: values as Values<Options>, positionals };
  } catch (cause) {
    throw new UsageError((cause as Error).message.split('. ')[0] ?? 'wrong options', {
      fix: `the options: ${Object.keys(known)
        .map((name) => `--${name}`)
        .join(', ')}`,
      cause,
    });
  }
}
