import { availableOn } from '../guest/disks.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, NODE, STORAGE } from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { contentOf, isShared } from '../state/storages.ts';
import { ALL, anyOf } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT_OR_SPACE = ['Datastore.Audit', 'Datastore.AllocateSpace'];

export const storageStatusRoutes: readonly Route[] = [
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
