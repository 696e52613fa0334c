import type { GuestKind } from './guest-conf.ts';

/** pmxcfs' own list of guests: with it, only what changed has to be read. */
export interface VmList {
  /** vmid → version of its file, for the guests of one node. */
  versions: Map<number, { kind: GuestKind; version: number }>;
}

/** Reads `/etc/pve/.vmlist`; undefined if it cannot be one. */
export function parseVmList(text: string, node: string): VmList | undefined {
  try {
    const { ids } = JSON.parse(text) as {
      ids: Record<string, { node: string; type: string; version: number }>;
    };
    const versions: VmList['versions'] = new Map();
    for (const [vmid, entry] of Object.entries(ids)) {
      if (entry.node !== node) continue;
      versions.set(Number(vmid), { kind: entry.type === 'lxc' ? 'lxc' : 'qemu', version: entry.version });
    }
    return { versions };
  } catch {
    return undefined;
  }
}

/** The part of `/etc/pve/.version` that changes with any guest's file: its counter, and when pmxcfs started. */
export function vmListVersion(text: string): string | undefined {
  try {
    const { starttime, vmlist } = JSON.parse(text) as { starttime?: unknown; vmlist?: unknown };
    return vmlist === undefined ? undefined : `${String(starttime)} ${String(vmlist)}`;
  } catch {
    return undefined;
  }
}

/** What differs between two lists. */
export function vmListChanges(
  before: VmList | undefined,
  now: VmList,
): { changed: { vmid: number; kind: GuestKind }[]; gone: number[] } {
  const changed = [...now.versions]
    .filter(([vmid, { version, kind }]) => {
      const old = before?.versions.get(vmid);
      return old?.version !== version || old.kind !== kind;
    })
    .map(([vmid, { kind }]) => ({ vmid, kind }));
  const gone = [...(before?.versions.keys() ?? [])].filter((vmid) => !now.versions.has(vmid));
  return { changed, gone };
}
