import { bytesFromText } from './byte-text.ts';
import { compile } from './compile.ts';
import { butaneUsage, parseButaneFlags } from './flags.ts';
import { realFilesDir, systemMessage } from './real-files.ts';

/** What `proxwright butane` needs from the world. */
export interface ButaneIo {
  /** Without the program's and the command's name. */
  argv: readonly string[];
  /** What relative paths are relative to. */
  cwd: string;
  /** Standard input, to its end (bounded-read.ts). */
  stdin(): Promise<Uint8Array>;
  /** Reads the config's file; `path` is as the user gave it. Throws the system's error. */
  read(path: string): Promise<Uint8Array>;
  /** Writes the output's file. Throws the system's error. */
  write(path: string, content: Uint8Array): Promise<void>;
  stdout(content: Uint8Array): void;
  stderr(content: Uint8Array): void;
}

/**
 * Compiles a file or standard input. Resolves to the exit code: 0 done, 1 the config or a file is no good,
 * 2 wrong usage (thrown as UsageError).
 */
export async function butaneCommand(io: ButaneIo): Promise<0 | 1> {
  const flags = parseButaneFlags(io.argv);
  const say = (text: string) => io.stderr(bytesFromText(text));
  if (flags.help) {
    io.stdout(bytesFromText(butaneUsage()));
    return 0;
  }
  const fileName = flags.file ?? '<stdin>';
  let source: Uint8Array;
  try {
    source = flags.file === undefined ? await io.stdin() : await io.read(flags.file);
  } catch (error) {
    say(readProblem(fileName, error));
    return 1;
  }
  const { strict, pretty, rawErrors } = flags;
  const filesDir = flags.filesDir === undefined ? undefined : realFilesDir(flags.filesDir, io.cwd);
  const result = compile(source, { strict, pretty, rawErrors, fileName, ...(filesDir && { filesDir }) });
  say(result.report);
  if (result.exitCode !== 0 || result.output === undefined) return 1;
  if (flags.check) return 0;
  if (flags.output === undefined) {
    io.stdout(bytesFromText(result.output));
    return 0;
  }
  try {
    await io.write(flags.output, bytesFromText(result.output));
    return 0;
  } catch (error) {
    say(`failed to open ${flags.output}: open ${flags.output}: ${systemMessage(error)}\n`);
    return 1;
  }
}

/** A folder can be opened and only then not be read; that is how the real tool words it. */
function readProblem(name: string, error: unknown): string {
  const verb = (error as { code?: unknown } | null)?.code === 'EISDIR' ? 'read' : 'open';
  return `failed to ${verb} ${name}: ${verb} ${name}: ${systemMessage(error)}\n`;
}
