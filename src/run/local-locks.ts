import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type LockPlace, parseOwner } from './locks.ts';
import { unwritable } from './unwritable.ts';

/** Locks in a folder of this machine: for targets of which only the API can be reached. */
export function localLocks(folder: string, isAlive: (pid: number) => boolean): LockPlace {
  const at = (name: string): string => path.join(folder, `${encodeURIComponent(name)}.lock`);
  const absent = (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') throw error;
  };
  return {
    isAlive,
    async take(name) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await mkdir(at(name));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw unwritable('the lock', at(name), error);
      }
    },
    read: async (name) => parseOwner(await readFile(path.join(at(name), 'owner')).catch(absent)),
    async write(name, owner) {
      const file = path.join(at(name), 'owner');
      try {
        await writeFile(`${file}.new`, JSON.stringify(owner), { mode: 0o600 });
        await rename(`${file}.new`, file);
      } catch (error) {
        throw unwritable('the lock', file, error);
      }
    },
    async release(name) {
      await rm(path.join(at(name), 'owner'), { force: true });
      // Not empty: another one has signed it meanwhile, and so has it.
      await rmdir(at(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY') absent(error);
      });
    },
  };
}
