import { realpathSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fail } from '../refusal.ts';
import { writeAtomic } from '../state/files.ts';
import { isShared, pathOf } from '../state/storages.ts';
import type { World } from '../world.ts';

const PMXCFS = '/etc/pve';

/**
 * Where an absolute path of a node really lies: /etc/pve is shared by all nodes, a shared storage's path too,
 * everything else is the node's own. `..` and links never lead out of the state folder.
 */
export function hostPath(world: World, node: string, path: string): string {
  // posix.normalize on an absolute path stops `..` at the root.
  const clean = posix.normalize(`/${path}`).replace(/(.)\/$/, '$1');
  const real = join(rootOf(world, node, clean), relativeOf(world, node, clean));
  if (!isInside(world.stateDir, real)) throw fail(`${path}: Permission denied`);
  return real;
}

export function isPmxcfs(path: string): boolean {
  const clean = posix.normalize(path);
  return clean === PMXCFS || clean.startsWith(`${PMXCFS}/`);
}

/** Writes a file on a node and lets whoever keeps it in memory look again. */
export function writeHostFile(
  world: World,
  node: string,
  file: { path: string; data: string | Uint8Array; mode?: number },
): void {
  writeAtomic(hostPath(world, node, file.path), file.data, file.mode ?? 0o644);
  noticeChange(world, node, file.path);
}

/** After a change below /etc/pve: the API sees what is in the file. */
export function noticeChange(world: World, node: string, path: string): void {
  if (!isPmxcfs(path)) return;
  const name = relativeOf(world, node, posix.normalize(path)).slice(1);
  const guest = /^nodes\/([^/]+)\/qemu-server\/(\d+)\.conf$/.exec(name);
  if (guest) world.guests.reread(Number(guest[2]), guest[1] ?? node);
  else if (name === 'storage.cfg') world.storages.file.reread();
  else if (name === 'user.cfg') world.users.reread();
  else if (name === 'datacenter.cfg') world.options.reread();
  else if (name === 'mapping/directory.cfg') world.mappings.reread();
  else if (name === 'ha/resources.cfg') world.haResources.reread();
  else if (name === 'ha/rules.cfg') world.haRules.reread();
  else if (name === 'ha/groups.cfg') world.haGroups.reread();
}

function sharedAt(world: World, path: string): { id: string; at: string } | undefined {
  for (const storage of world.storages.all()) {
    const at = pathOf(storage);
    if (at !== undefined && isShared(storage) && (path === at || path.startsWith(`${at}/`)))
      return { id: storage.id, at };
  }
  return undefined;
}

function rootOf(world: World, node: string, path: string): string {
  if (isPmxcfs(path)) return join(world.stateDir, 'etc', 'pve');
  const shared = sharedAt(world, path);
  return shared
    ? join(world.stateDir, 'shared', shared.id, 'files')
    : join(world.stateDir, 'nodes', node, 'rootfs');
}

function relativeOf(world: World, node: string, path: string): string {
  if (isPmxcfs(path)) {
    return path
      .slice(PMXCFS.length)
      .replace(/^\/local(?=\/|$)/, `/nodes/${node}`)
      .replace(/^\/qemu-server(?=\/|$)/, `/nodes/${node}/qemu-server`);
  }
  const shared = sharedAt(world, path);
  return shared ? path.slice(shared.at.length) : path;
}

function isInside(stateDir: string, path: string): boolean {
  const root = realpathSync(stateDir);
  let at = path;
  for (;;) {
    try {
      const real = realpathSync(at);
      return real === root || real.startsWith(root + sep);
    } catch {
      // Not there yet: its folder decides.
      at = dirname(at);
    }
  }
}
