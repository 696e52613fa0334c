import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contentFile } from '../guest/content.ts';
import { allocateDisk, volidInConfig, volumePath } from '../guest/disks.ts';
import { parseSize } from '../guest/drives.ts';
import { badParameters, denied, fail } from '../refusal.ts';
import {
  formatted,
  integer,
  NODE,
  OPTIONAL_VMID,
  oneOf,
  required,
  STORAGE,
  text,
  VMID,
} from '../schema/parameter.ts';
import { listNames } from '../state/files.ts';
import type { Section } from '../state/section-config.ts';
import { CONTENT_FOLDERS, contentOf, type FileContent } from '../state/storages.ts';
import type { Volume } from '../state/volumes.ts';
import { ALL, anyOf, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const VOLUME = required(text());
const OPTIONAL_STORAGE = formatted('pve-storage-id');

export const contentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/content',
    permission: { check: anyOf('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace') },
    proxied: true,
    ms: 100,
    parameters: {
      content: formatted('pve-storage-content'),
      node: NODE,
      storage: STORAGE,
      vmid: OPTIONAL_VMID,
    },
    handle: list,
  },
  {
    method: 'POST',
    path: '/nodes/{node}/storage/{storage}/content',
    permission: { check: perm('/storage/{storage}', 'Datastore.AllocateSpace') },
    proxied: true,
    parameters: {
      filename: required(text()),
      format: oneOf(['raw', 'qcow2', 'subvol', 'vmdk'], { requires: 'size' }),
      node: NODE,
      size: required(text({ pattern: '\\d+[MG]?' })),
      storage: STORAGE,
      vmid: VMID,
    },
    handle: allocate,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}/content/{volume}',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE, storage: OPTIONAL_STORAGE, volume: VOLUME },
    handle: show,
  },
  {
    method: 'DELETE',
    path: '/nodes/{node}/storage/{storage}/content/{volume}',
    permission: ALL,
    proxied: true,
    parameters: {
      delay: integer({ minimum: 1, maximum: 30 }),
      node: NODE,
      storage: OPTIONAL_STORAGE,
      volume: VOLUME,
    },
    handle: deleteVolume,
  },
];

function list(call: Call) {
  const { world, node, given } = call;
  const storage = world.storages.on(node, given.need('storage'));
  const content = given.text('content');
  const vmid = given.number('vmid');
  const wants = (type: string) =>
    (content === undefined || content === type) && contentOf(storage).includes(type);
  const disks = wants('images') ? world.volumes.all(storage, node).map(describeVolume) : [];
  const files = vmid === undefined ? (Object.keys(CONTENT_FOLDERS) as FileContent[]).filter(wants) : [];
  return [
    ...disks.filter((disk) => vmid === undefined || disk.vmid === vmid),
    ...files.flatMap((type) => filesOf(call, storage, type)),
  ].sort((one, other) => (one.volid < other.volid ? -1 : 1));
}

function describeVolume(volume: Volume) {
  const { volid: _, parent, ...rest } = volume;
  return { ...rest, content: 'images', parent: parent ?? null, volid: volidInConfig(volume) };
}

function filesOf({ world, node }: Call, storage: Section, content: FileContent) {
  const folder = world.storages.folder(storage, node, content);
  if (folder === undefined) return [];
  return listNames(folder)
    .filter((name) => CONTENT_FOLDERS[content].name.test(name))
    .flatMap((name) => {
      const info = statSync(join(folder, name));
      if (!info.isFile()) return [];
      const format =
        content === 'iso'
          ? 'iso'
          : content === 'snippets'
            ? 'snippet'
            : (/\.(t?[a-z]+[0-9]?)$/.exec(name)?.[1] ?? 'raw');
      return [
        {
          volid: `${storage.id}:${content}/${name}`,
          content,
          format,
          size: info.size,
          ctime: Math.floor(info.mtimeMs / 1000),
        },
      ];
    });
}

/** The volume's id, whether the path gave it whole or without its storage. */
function volidOf({ given }: Call): string {
  const volume = given.need('volume');
  return volume.includes(':') ? volume : `${given.text('storage')}:${volume}`;
}

function show(call: Call) {
  const { world, node } = call;
  const volid = volidOf(call);
  const storage = world.storages.on(node, volid.split(':')[0] ?? '');
  if (!call.can(`/storage/${storage.id}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], true)) {
    throw denied(`/storage/${storage.id}, Datastore.AllocateSpace`);
  }
  const file = contentFile(world, node, volid);
  if (file) {
    if (!existsSync(file.path)) throw fail(`volume_size_info on '${volid}' failed`);
    return {
      path: file.shown,
      size: statSync(file.path).size,
      used: statSync(file.path).size,
      format: /\.(\w+)$/.exec(file.name)?.[1] ?? 'raw',
    };
  }
  const volume = world.volumes.find(storage, node, volid);
  if (!volume) throw fail(`volume_size_info on '${volid}' failed`);
  return { path: volumePath(storage, volid), size: volume.size, used: volume.used, format: volume.format };
}

function allocate(call: Call) {
  const { world, node, given, vmid } = call;
  const storage = world.storages.on(node, given.need('storage'));
  const format = given.text('format') ?? /\.(qcow2|vmdk)$/.exec(given.need('filename'))?.[1] ?? 'raw';
  const sizeText = given.need('size');
  // A bare number is in KiB.
  const size = /[MG]$/.test(sizeText) ? parseSize(sizeText) : Number(sizeText) * 1024;
  if (!given.need('filename').includes(`vm-${vmid}-`)) {
    throw badParameters({ filename: `illegal name '${given.need('filename')}' - should be 'vm-${vmid}-*'` });
  }
  return allocateDisk(world, { node, storage, vmid, size, format }, () => {}).volid;
}

const DELETE_MS = 20;

function deleteVolume(call: Call): string {
  const { world, node } = call;
  const volid = volidOf(call);
  const storage = world.storages.on(node, volid.split(':')[0] ?? '');
  const path = `/storage/${storage.id}`;
  const file = contentFile(world, node, volid);
  if (!file && !/(?:vm|base)-\d+-/.test(volid))
    throw badParameters({ volume: `unable to parse volume ID '${volid}'` });
  if (file) call.need(path, ['Datastore.AllocateTemplate']);
  else if (!call.can(path, ['Datastore.Allocate'])) call.need(path, ['Datastore.AllocateSpace']);
  return call.startTask({
    node,
    type: 'imgdel',
    id: storage.id,
    work: async (task) => {
      await world.pace.wait(DELETE_MS);
      if (file) {
        if (!existsSync(file.path)) task.log(`disk image '${file.shown}' does not exist`);
        rmSync(file.path, { force: true });
      } else {
        const users = world.volumes.all(storage, node).filter((volume) => volume.parent === volid);
        if (users.length > 0) throw fail(`base volume '${volid}' is still in use by linked cloned`);
        if (!world.volumes.find(storage, node, volid))
          task.log(`disk image '${volumePath(storage, volid)}' does not exist`);
        world.volumes.delete(storage, node, volid);
      }
      task.log(`Removed volume '${volid}'`);
    },
  });
}
