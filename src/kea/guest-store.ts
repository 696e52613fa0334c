import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Guest, parseGuestConf } from './guest-conf.ts';
import { withLastGood } from './last-good.ts';
import { type ConfFile, listConfs } from './tree.ts';

/** What is known of the guests of this node, each with the text it came from. */
export interface GuestStore {
  guests(): Guest[];
  /** Reads one file again. True: it says something new. */
  refresh(file: ConfFile): boolean;
  /** Reads every file that looks different from outside, and forgets guests without a file. Throws if unreadable. */
  scan(nodeFolder: string): boolean;
  forget(vmid: number): boolean;
}

interface Known {
  guest: Guest;
  /** SHA-1 of the text: thousands of texts would be thousands of kilobytes. */
  hash: string;
  /** Modification time, size and inode. */
  stamp: string;
}

export function guestStore(): GuestStore {
  const known = new Map<number, Known>();

  function refresh({ vmid, kind, path }: ConfFile, stamp = ''): boolean {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      // Without its folder the guest's file is not gone: /etc/pve is. Nothing is known to have changed then.
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(dirname(path));
      return gone && known.delete(vmid);
    }
    const before = known.get(vmid);
    const hash = createHash('sha1').update(text).digest('base64');
    if (before?.hash === hash && before.guest.kind === kind) {
      before.stamp = stamp;
      return false;
    }
    const guest = withLastGood(before?.guest, parseGuestConf(text, { vmid, kind }));
    known.set(vmid, { guest, hash, stamp });
    return true;
  }

  return {
    guests: () => [...known.values()].map(({ guest }) => guest),
    refresh: (file) => refresh(file),
    forget: (vmid) => known.delete(vmid),
    scan(nodeFolder) {
      const files = listConfs(nodeFolder);
      let changed = false;
      for (const file of files) {
        const stat = statSync(file.path, { throwIfNoEntry: false });
        const stamp = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
        if (known.get(file.vmid)?.stamp !== stamp || stamp === '') changed = refresh(file, stamp) || changed;
      }
      const there = new Set(files.map(({ vmid }) => vmid));
      for (const vmid of known.keys()) {
        if (!there.has(vmid)) changed = known.delete(vmid) || changed;
      }
      return changed;
    },
  };
}
