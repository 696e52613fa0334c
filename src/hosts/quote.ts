import { CommandError } from '../errors.ts';

/** One line for a POSIX shell that runs exactly this argv. Throws where a NUL byte makes that impossible. */
export function quoteArgv(argv: readonly string[]): string {
  if (argv.length === 0) throw new CommandError('an empty command cannot be run', argv, '');
  return argv.map((word, at) => (at === 0 && RESERVED.has(word) ? `'${word}'` : quoteWord(word))).join(' ');
}

/** One word, quoted only where it needs to be, so that commands stay readable. */
function quoteWord(word: string): string {
  if (word.includes('\0')) throw new CommandError('a NUL byte cannot stand in a command', [word], '');
  if (PLAIN.test(word)) return word;
  // Within single quotes every byte but the quote itself stands for itself (POSIX.1-2024, 2.2.2).
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** No `~` (home), no `=` (assignment before a command), no glob, no expansion. */
const PLAIN = /^[A-Za-z0-9_/.,:@%+-]+$/;

/** Words that a shell takes for itself where a command begins (POSIX.1-2024, 2.4). */
const RESERVED = new Set(
  'case do done elif else esac fi for function if in namespace select then time until while coproc'.split(
    ' ',
  ),
);
