import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { formatted, oneOf, STORAGE, text } from '../schema/parameter.ts';
import { STORAGE_OPTIONS } from '../schema/storage-options.ts';
import type { Section } from '../state/section-config.ts';
import { ALL, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const TYPES = 'btrfs,cephfs,cifs,dir,esxi,iscsi,iscsidirect,lvm,lvmthin,nfs,pbs,rbd,zfs,zfspool'.split(',');

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
      ...STORAGE_OPTIONS,
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
];

function describe({ world }: Call, { id, type, values }: Section) {
  const numbers = ['shared', 'disable', 'krbd', 'sparse', 'mkdir'];
  const shown = Object.entries(values).map(([key, value]) => [
    key,
    numbers.includes(key) ? Number(value || 1) : value,
  ]);
  return { storage: id, type, digest: world.storages.file.digest(), ...Object.fromEntries(shown) };
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
