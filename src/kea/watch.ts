import { existsSync, type FSWatcher, readlinkSync, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { Commands } from './commands.ts';
import type { GuestStore } from './guest-store.ts';
import { reasonOf } from './reason.ts';
import { confId, readOrNothing } from './tree.ts';
import { parseVmList, type VmList, vmListChanges, vmListVersion } from './vmlist.ts';

/** Keeps a GuestStore in step with /etc/pve. */
export interface PveWatch {
  /** Cheap, once a second: pmxcfs' counters, which also see changes made on other nodes. */
  tick(): void;
  /** Thorough, once per fallback period. */
  rescan(): void;
  /** Changes of other nodes at once, past the kernel's cache of a second; for when a guest has just arrived. */
  refreshNow(): Promise<void>;
  /** Why the guests' files cannot be read now. What was known of them stays. */
  problem(): string | undefined;
  /** What is wrong although they can be read. */
  notice(): string | undefined;
  close(): void;
}

/**
 * Watches the guests of one node. Changes made here come through inotify in a third of a millisecond; those made
 * on other nodes do not, but pmxcfs counts them in .version and .vmlist.
 */
export function watchPve(
  pve: string,
  edges: {
    node: string;
    store: GuestStore;
    commands: Commands;
    changed(): void;
    /** Something in the firewall's or the SDN's folder. */
    settingsChanged?(): void;
  },
): PveWatch {
  const { store, commands, changed } = edges;
  let watchers: FSWatcher[] = [];
  let watched = '';
  let counter: string | undefined;
  let list: VmList | undefined;
  let problem: string | undefined;
  let notice: string | undefined;

  const folderNow = (): string => nodeFolderOf(pve, edges.node);

  function rewatch(folder: string): void {
    for (const watcher of watchers) watcher.close();
    watchers = [];
    notice = undefined;
    for (const [name, kind] of [
      ['qemu-server', 'qemu'],
      ['lxc', 'lxc'],
    ] as const) {
      const path = join(folder, name);
      follow(path, (file) => {
        const vmid = file === null ? undefined : confId(file);
        if (file === null) rescan();
        else if (vmid !== undefined && store.refresh({ vmid, kind, path: join(path, file) })) changed();
      });
    }
    for (const name of ['firewall', 'sdn']) follow(join(pve, name), () => edges.settingsChanged?.());
  }

  /** Each container of the node takes from the same inotify instances, which are few (fs.inotify, sysctl). */
  function follow(path: string, seen: (file: string | null) => void): void {
    if (!existsSync(path)) return;
    try {
      const watcher = watch(path, (_event, file) => seen(file));
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      notice =
        `inotify does not work (${code}), so changes are seen later: raise the sysctl ` +
        'fs.inotify.max_user_instances or fs.inotify.max_user_watches';
    }
  }

  /** Changes when /etc/pve is mounted anew: inotify watches do not survive that. */
  function identity(folder: string): string {
    return ['qemu-server', 'lxc']
      .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
      .map((stat) => (stat ? `${stat.dev}:${stat.ino}` : '-'))
      .join(' ');
  }

  function guarded(work: (folder: string) => boolean): void {
    let isNew = false;
    try {
      const folder = folderNow();
      const now = `${folder} ${identity(folder)}`;
      if (now !== watched && !now.endsWith('- -')) {
        rewatch(folder);
        watched = now;
        isNew = store.scan(folder);
      }
      isNew = work(folder) || isNew;
      if (problem) isNew = true;
      problem = undefined;
    } catch (error) {
      // What comes back may be another one, and may have changed in the meantime.
      watched = '';
      const text = `the guests' files below ${pve} cannot be read: ${reasonOf(error)}; what was served goes on`;
      if (problem === text) return;
      problem = text;
      isNew = true;
    }
    if (isNew) changed();
  }

  function readCounters(folder: string): boolean {
    const version = vmListVersion(readOrNothing(join(pve, '.version')));
    if (version === undefined || version === counter) return false;
    const now = parseVmList(readOrNothing(join(pve, '.vmlist')), nodeName(pve, edges.node));
    if (!now) return false;
    const { changed: files, gone } = vmListChanges(list, now);
    counter = version;
    list = now;
    let isNew = false;
    for (const vmid of gone) isNew = store.forget(vmid) || isNew;
    for (const { vmid, kind } of files) {
      const path = join(folder, kind === 'lxc' ? 'lxc' : 'qemu-server', `${vmid}.conf`);
      isNew = store.refresh({ vmid, kind, path }) || isNew;
    }
    return isNew;
  }

  function rescan(): void {
    if (notice) rewatch(folderNow());
    // With pmxcfs' counters there is nothing that a look at every file could add.
    guarded((folder) => (counter === undefined ? store.scan(folder) : readCounters(folder)));
  }

  return {
    tick: () =>
      guarded((folder) => {
        if (identity(folder).endsWith('- -')) throw new Error('there is no qemu-server and no lxc folder');
        const isNew = store.retry();
        return readCounters(folder) || isNew;
      }),
    rescan,
    async refreshNow() {
      if (counter === undefined) return rescan();
      // Only a getattr makes pmxcfs build .version anew, and the kernel answers that from its cache for 1 s.
      await commands.run(['stat', '--cached=never', '--format=%s', join(pve, '.version')]);
      guarded(readCounters);
    },
    problem: () => problem,
    notice: () => notice,
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** `/etc/pve/local`, else the node's folder, else the folder itself. */
function nodeFolderOf(pve: string, node: string): string {
  const candidates = [join(pve, 'local'), join(pve, 'nodes', node)];
  return candidates.find((path) => existsSync(path)) ?? pve;
}

/** `local` is a link to `nodes/<name>`. */
function nodeName(pve: string, fallback: string): string {
  try {
    return basename(readlinkSync(join(pve, 'local')));
  } catch {
    return fallback;
  }
}
