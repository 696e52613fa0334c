import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { hostPath } from './paths.ts';
import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';
import { virtualFile } from './virtual.ts';

export const readPrograms: Readonly<Record<string, Program>> = {
  cat,
  head,
  sha256sum: sum('sha256'),
  sha512sum: sum('sha512'),
  md5sum: sum('md5'),
  readlink,
  realpath: resolved,
};

/** The bytes of a node's file; throws what `cat` would say. */
export function readHostFile(invocation: Pick<Invocation, 'world' | 'node'>, path: string): Buffer {
  const made = virtualFile(invocation.world, invocation.node, path);
  if (made !== undefined) return Buffer.from(made);
  try {
    return readFileSync(hostPath(invocation.world, invocation.node, path));
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`);
  }
}

/** What the kernel says of an error, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'No such file or directory',
    ENOTDIR: 'Not a directory',
    EISDIR: 'Is a directory',
    EEXIST: 'File exists',
    ENOTEMPTY: 'Directory not empty',
    EACCES: 'Permission denied',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

/** A file's properties; undefined when it is not there. */
export function statHostFile(
  { world, node }: Pick<Invocation, 'world' | 'node'>,
  path: string,
): Stats | undefined {
  try {
    return lstatSync(hostPath(world, node, path));
  } catch {
    return undefined;
  }
}

function cat(invocation: Invocation): HostResult {
  const { operands } = splitOptions(invocation.args);
  if (operands.length === 0) return ok(invocation.stdin);
  const parts: Buffer[] = [];
  const wrong: string[] = [];
  for (const path of operands) {
    try {
      parts.push(path === '-' ? Buffer.from(invocation.stdin) : readHostFile(invocation, path));
    } catch (error) {
      wrong.push(`cat: ${error instanceof Error ? error.message : error}`);
    }
  }
  const stdout = Buffer.concat(parts);
  return wrong.length === 0 ? ok(stdout) : { ...failed(1, wrong.join('\n')), stdout };
}

function head(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args, ['-n', '-c']);
  const bytes =
    operands[0] === undefined ? Buffer.from(invocation.stdin) : readHostFile(invocation, operands[0]);
  const count = options.get('-c');
  if (count !== undefined) return ok(bytes.subarray(0, Number(count)));
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .slice(0, Number(options.get('-n') ?? 10));
  return ok(`${lines.join('\n')}\n`);
}

function sum(algorithm: string): Program {
  return (invocation) => {
    const { operands } = splitOptions(invocation.args);
    const lines: string[] = [];
    const wrong: string[] = [];
    for (const path of operands.length === 0 ? ['-'] : operands) {
      try {
        const bytes = path === '-' ? invocation.stdin : readHostFile(invocation, path);
        lines.push(`${createHash(algorithm).update(bytes).digest('hex')}  ${path}\n`);
      } catch (error) {
        wrong.push(`${algorithm}sum: ${error instanceof Error ? error.message : error}`);
      }
    }
    return wrong.length === 0 ? ok(lines.join('')) : failed(1, wrong.join('\n'), lines.join(''));
  };
}

/** `readlink FILE`: where a symbolic link leads; with an option, as realpath. */
function readlink(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args);
  if (options.size > 0) return resolved(invocation);
  const [path = ''] = operands;
  if (!statHostFile(invocation, path)?.isSymbolicLink()) return failed(1);
  return ok(`${readlinkSync(linkPath(invocation, path))}\n`);
}

/** The link itself: its folder is where it lies. */
function linkPath({ world, node }: Invocation, path: string): string {
  return posix.join(hostPath(world, node, posix.dirname(path)), posix.basename(path));
}

function resolved(invocation: Invocation): HostResult {
  const { operands } = splitOptions(invocation.args);
  return ok(operands.map((path) => `${posix.normalize(path)}\n`).join(''));
}
