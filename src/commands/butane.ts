import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfigFile, readConfigStream } from '../butane/bounded-read.ts';
import { butaneCommand } from '../butane/command.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';

/** `butane`: the real tool's command line, with our compiler behind it. */
export function butane({ rest }: CommandLine, env: Env): Promise<number> {
  const { cwd, stdin, stdout, stderr } = env;
  return butaneCommand({
    argv: rest,
    cwd,
    stdin: () => readConfigStream(stdin),
    read: (file) => readConfigFile(path.resolve(cwd, file)),
    write: (file, content) => writeFile(path.resolve(cwd, file), content),
    stdout: (content) => void stdout.write(content),
    stderr: (content) => void stderr.write(content),
  });
}
