import * as fs from 'node:fs';
import * as nodePath from 'node:path';
import { bytesFromText, textFromBytes } from './byte-text.ts';
import { type FileInfo, FileProblem, type FilesDir } from './files-dir.ts';
import { SENTENCES } from './sentences.ts';

/** A folder on disk; `name` may be relative to `cwd`. Never follows a link out of it, never waits on a pipe. */
export function realFilesDir(name: string, cwd: string): FilesDir {
  const base = nodePath.resolve(cwd, name);
  const absolute = (path: string) => Buffer.from(bytesFromText(nodePath.resolve(cwd, path)));
  const within = (path: string) => path === base || path.startsWith(base === '/' ? '/' : `${base}/`);

  return {
    name,
    contains: (path) => within(nodePath.resolve(cwd, path)),
    read: (path) => readFile(path, absolute(path), base),
    stat: (path) => info(attempt('stat', path, () => fs.statSync(absolute(path)))),
    lstat: (path) => info(attempt('lstat', path, () => fs.lstatSync(absolute(path)))),
    list(path) {
      const names = attempt('open', path, () => fs.readdirSync(absolute(path), { encoding: 'buffer' }));
      return names.sort(Buffer.compare).map((each) => textFromBytes(each));
    },
    readLink(path) {
      return textFromBytes(
        attempt('readlink', path, () => fs.readlinkSync(absolute(path), { encoding: 'buffer' })),
      );
    },
  };
}

/** More than any transport takes; reading on would only cost memory. */
const LARGEST_FILE = 32 * 1024 * 1024;

function readFile(path: string, absolute: Buffer, base: string): Uint8Array {
  // A link may point anywhere; what it resolves to has to be in the folder, which may be a link itself.
  const real = attempt('open', path, () => textFromBytes(fs.realpathSync(absolute, { encoding: 'buffer' })));
  const realBase = attempt('open', path, () => fs.realpathSync(base));
  if (real !== realBase && !real.startsWith(realBase === '/' ? '/' : `${realBase}/`)) {
    throw new FileProblem(SENTENCES.filesDirEscape);
  }
  // Without O_NONBLOCK, opening a pipe waits for a writer.
  const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
  const file = attempt('open', path, () => fs.openSync(Buffer.from(bytesFromText(real)), flags));
  try {
    const stat = fs.fstatSync(file);
    if (stat.isDirectory()) throw new FileProblem(`read ${path}: is a directory`);
    if (!stat.isFile()) throw new FileProblem(`read ${path}: not a regular file`);
    if (stat.size > LARGEST_FILE) {
      throw new FileProblem(`read ${path}: file too large (at most ${LARGEST_FILE / 1024 / 1024} MiB)`);
    }
    return attempt('read', path, () => fs.readFileSync(file));
  } finally {
    fs.closeSync(file);
  }
}

function info(stat: fs.Stats): FileInfo {
  const kind = stat.isFile()
    ? 'file'
    : stat.isDirectory()
      ? 'directory'
      : stat.isSymbolicLink()
        ? 'link'
        : 'other';
  return { kind, executable: (stat.mode & 0o111) !== 0 };
}

function attempt<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new FileProblem(`${verb} ${path}: ${systemMessage(error)}`, { cause: error });
  }
}

/** The system's text for an error, as Go prints it. */
export function systemMessage(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const message = typeof code === 'string' ? MESSAGES[code] : undefined;
  return message ?? (error instanceof Error ? error.message : String(error));
}

// strerror(3)
const MESSAGES: Record<string, string> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ENXIO: 'no such device or address',
  EIO: 'input/output error',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
  EMFILE: 'too many open files',
  EINVAL: 'invalid argument',
  // Node's own, for a NUL in a path
  ERR_INVALID_ARG_VALUE: 'invalid argument',
};
