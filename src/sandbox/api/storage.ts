import { availableOn } from '../guest/disks.ts';
import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import {
  boolean,
  formatted,
  integer,
  NODE,
  number,
  oneOf,
  type Parameters,
  STORAGE,
  text,
} from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { contentOf, isShared } from '../state/storages.ts';
import { ALL, anyOf, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const TYPES = 'btrfs,cephfs,cifs,dir,esxi,iscsi,iscsidirect,lvm,lvmthin,nfs,pbs,rbd,zfs,zfspool'.split(',');
const rate = number({ minimum: 0 });

/** Every property that some kind of storage can change. */
const PROPERTIES: Parameters = {
  blocksize: formatted('pve-storage-zfs-blocksize'),
  bwlimit: formatted({ clone: rate, default: rate, migration: rate, move: rate, restore: rate }),
  comstar_hg: text(),
  comstar_tg: text(),
  content: formatted('pve-storage-content-list'),
  'content-dirs': formatted('pve-dir-override-list'),
  'create-base-path': boolean(),
  'create-subdirs': boolean(),
  'data-pool': text(),
  disable: boolean(),
  domain: text({ maxLength: 256 }),
  'encryption-key': text(),
  fingerprint: text({ pattern: '([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}' }),
  format: oneOf(['raw', 'qcow2', 'subvol', 'vmdk']),
  'fs-name': formatted('pve-configid'),
  fuse: boolean(),
  is_mountpoint: text(),
  keyring: text(),
  krbd: boolean(),
  lio_tpg: text(),
  'master-pubkey': text(),
  'max-protected-backups': integer({ minimum: -1 }),
  mkdir: boolean(),
  monhost: formatted('pve-storage-portal-dns-list'),
  mountpoint: formatted('pve-storage-path'),
  namespace: text(),
  nocow: boolean(),
  nodes: formatted('pve-node-list'),
  nowritecache: boolean(),
  options: formatted('pve-storage-options'),
  password: text({ maxLength: 256 }),
  pool: text(),
  port: integer({ minimum: 1, maximum: 65535 }),
  preallocation: oneOf(['off', 'metadata', 'falloc', 'full']),
  'prune-backups': formatted('prune-backups'),
  saferemove: boolean(),
  'saferemove-stepsize': integer({ enum: ['1', '2', '4', '8', '16', '32'] }),
  saferemove_throughput: text(),
  server: formatted('pve-storage-server'),
  shared: boolean(),
  'skip-cert-verification': boolean(),
  smbversion: oneOf(['default', '2.0', '2.1', '3', '3.0', '3.11']),
  'snapshot-as-volume-chain': boolean(),
  sparse: boolean(),
  subdir: formatted('pve-storage-path'),
  tagged_only: boolean(),
  username: text(),
  'zfs-base-path': formatted('pve-storage-path'),
};
const AUDIT_OR_SPACE = ['Datastore.Audit', 'Datastore.AllocateSpace'];

export const storageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/storage',
    permission: ALL,
    parameters: { type: oneOf(TYPES) },
    handle: (call) => {
      const type = call.given.text('type');
      const seen = call.world.storages
        .all()
        .filter(({ id }) => call.can(`/storage/${id}`, AUDIT_OR_SPACE, true));
      return seen
        .filter((storage) => type === undefined || storage.type === type)
        .map((storage) => describe(call, storage));
    },
  },
  {
    method: 'GET',
    path: '/storage/{storage}',
    permission: { check: perm('/storage/{storage}', 'Datastore.Allocate') },
    parameters: { storage: STORAGE },
    handle: (call) => describe(call, call.world.storages.get(call.given.need('storage'))),
  },
  {
    method: 'PUT',
    path: '/storage/{storage}',
    permission: { check: perm('/storage', 'Datastore.Allocate') },
    parameters: {
      ...PROPERTIES,
      delete: formatted('pve-configid-list', { maxLength: 4096 }),
      digest: text({ maxLength: 64 }),
      storage: STORAGE,
    },
    handle: changeStorage,
  },
  {
    method: 'DELETE',
    path: '/storage/{storage}',
    permission: { check: perm('/storage', 'Datastore.Allocate') },
    parameters: { storage: STORAGE },
    handle: ({ world, given }) => {
      world.storages.file.delete(world.storages.get(given.need('storage')).id);
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage',
    permission: ALL,
    proxied: true,
    ms: 20,
    parameters: {
      content: formatted('pve-storage-content-list'),
      enabled: boolean(),
      format: boolean(),
      node: NODE,
      storage: formatted('pve-storage-id'),
      target: formatted('pve-node'),
    },
    handle: listOfNode,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}',
    permission: { check: anyOf('/storage/{storage}', ...AUDIT_OR_SPACE) },
    parameters: { node: NODE, storage: STORAGE },
    handle: () =>
      [
        'content',
        'download-url',
        'file-restore',
        'import-metadata',
        'prunebackups',
        'rrd',
        'rrddata',
        'status',
        'upload',
      ].map((subdir) => ({ subdir })),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/status',
    permission: { check: anyOf('/storage/{storage}', ...AUDIT_OR_SPACE) },
    proxied: true,
    ms: 20,
    parameters: { node: NODE, storage: STORAGE },
    handle: (call) => figures(call, call.world.storages.on(call.node, call.given.need('storage'))),
  },
];

function describe({ world }: Call, { id, type, values }: Section) {
  const numbers = ['shared', 'disable', 'krbd', 'sparse', 'mkdir'];
  const shown = Object.entries(values).map(([key, value]) => [
    key,
    numbers.includes(key) ? Number(value || 1) : value,
  ]);
  return { storage: id, type, digest: world.storages.file.digest(), ...Object.fromEntries(shown) };
}

function figures({ world, node }: Call, storage: Section) {
  const { total, reserved } = world.storages.capacity(storage.id);
  const avail = availableOn(world, storage, node);
  return {
    type: storage.type,
    content: contentOf(storage).join(','),
    active: 1,
    enabled: storage.values.disable === '1' ? 0 : 1,
    shared: isShared(storage) ? 1 : 0,
    total,
    avail,
    used: total - reserved - avail,
  };
}

function listOfNode(call: Call) {
  const { world, given, node } = call;
  const contents = splitList(given.text('content') ?? '');
  const only = given.text('storage');
  const target = given.text('target');
  return world.storages
    .ofNode(node)
    .filter((storage) => call.can(`/storage/${storage.id}`, AUDIT_OR_SPACE, true))
    .filter((storage) => only === undefined || storage.id === only)
    .filter(
      (storage) => contents.length === 0 || contents.some((content) => contentOf(storage).includes(content)),
    )
    .filter((storage) => !given.flag('enabled') || storage.values.disable !== '1')
    .filter((storage) => target === undefined || world.storages.ofNode(target).includes(storage))
    .map((storage) => {
      const shown = figures(call, storage);
      return {
        storage: storage.id,
        ...shown,
        used_fraction: shown.total === 0 ? 0 : shown.used / shown.total,
      };
    });
}

function changeStorage({ world, given, values }: Call): null {
  const before = world.storages.get(given.need('storage'));
  const digest = given.text('digest');
  if (digest !== undefined && digest !== world.storages.file.digest()) {
    throw fail(
      'update storage failed: detected modified configuration - file changed by other user? Try again.',
    );
  }
  const next: Record<string, string> = { ...before.values };
  for (const [name, value] of Object.entries(values)) {
    if (!['storage', 'delete', 'digest'].includes(name)) next[name] = String(value);
  }
  for (const name of splitList(given.text('delete') ?? '')) delete next[name];
  const refused = splitList(next.content ?? '').find((content) => !supports(before.type, content));
  if (refused !== undefined)
    throw fail(`update storage failed: storage does not support content type '${refused}'`);
  world.storages.file.set({ ...before, values: next });
  return null;
}

function supports(type: string, content: string): boolean {
  if (content === 'none') return true;
  const files = ['iso', 'vztmpl', 'backup', 'snippets', 'import'];
  if (type === 'dir' || type === 'nfs' || type === 'cifs' || type === 'btrfs') return true;
  if (type === 'cephfs') return files.includes(content);
  return content === 'images' || content === 'rootdir';
}
