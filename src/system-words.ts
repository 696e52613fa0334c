/** What the system said no with, in words: the message of a system error without its code and call. */
export function systemWords(error: NodeJS.ErrnoException): string {
  return WORDS[error.code ?? ''] ?? error.message;
}

/** Codes of errno(3) that people meet with files and folders. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space left on device',
  EDQUOT: 'the quota is used up',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of it is no folder',
  ENOTEMPTY: 'the folder is not empty',
  EEXIST: 'it is there already',
  EBUSY: 'it is in use',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links go round in a circle',
  ETXTBSY: 'the program runs',
  EIO: 'the device reported an error',
};

const VERBS: Readonly<Record<string, string>> = {
  mkdir: 'made',
  mkdtemp: 'made',
  open: 'opened',
  read: 'read',
  scandir: 'read',
  opendir: 'read',
  write: 'written',
  rename: 'renamed',
  unlink: 'removed',
  rm: 'removed',
  rmdir: 'removed',
  chmod: 'changed',
  chown: 'changed',
};

/** `/srv/x cannot be made: permission denied`; undefined where it is no file or folder that is in the way. */
export function fileTrouble(error: Error): { where: string; message: string; verb: string } | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (path === undefined || syscall === undefined || WORDS[code ?? ''] === undefined) return undefined;
  const verb = VERBS[syscall] ?? 'used';
  return { where: path, message: `cannot be ${verb}: ${systemWords(error)}`, verb };
}
