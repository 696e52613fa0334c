import { applyChange, readChange } from '../guest/change.ts';
import { cloneGuest } from '../guest/clone.ts';
import { dumpCloudInit } from '../guest/cloudinit.ts';
import { createGuest } from '../guest/create.ts';
import { destroyGuest } from '../guest/destroy.ts';
import { resizeDisk } from '../guest/resize.ts';
import { currentConfig, pendingConfig } from '../guest/show-config.ts';
import { listEntry } from '../guest/status.ts';
import { makeTemplate } from '../guest/template.ts';
import { DRIVE_NAMES } from '../schema/drive-formats.ts';
import { GUEST_OPTIONS } from '../schema/guest-options.ts';
import {
  boolean,
  formatted,
  integer,
  NODE,
  oneOf,
  type Parameters,
  required,
  text,
  VMID,
} from '../schema/parameter.ts';
import { ALL, onGuest, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const GUEST = { node: NODE, vmid: VMID };
const SNAPNAME = formatted('pve-configid', { maxLength: 40 });
const DIGEST = text({ maxLength: 40 });
const BWLIMIT = integer({ minimum: 0 });
const SKIPLOCK = boolean();
const IMPORT_STORAGE = formatted('pve-storage-id');

const CHANGE: Parameters = {
  ...GUEST_OPTIONS,
  ...GUEST,
  delete: formatted('pve-configid-list'),
  digest: DIGEST,
  force: boolean({ requires: 'delete' }),
  revert: formatted('pve-configid-list'),
  skiplock: SKIPLOCK,
};
const CHANGE_PRIVILEGES = 'Disk CDROM CPU Memory Network HWType Options Cloudinit'
  .split(' ')
  .map((name) => `VM.Config.${name}`);
const CONFIG = { check: ['perm', '/vms/{vmid}', CHANGE_PRIVILEGES, 'any', 1] as const };

export const qemuRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/qemu',
    permission: ALL,
    proxied: true,
    ms: 4,
    parameters: { full: boolean(), node: NODE },
    handle: (call) =>
      call.world.guests
        .ids(call.node)
        .filter((vmid) => call.can(`/vms/${vmid}`, ['VM.Audit']))
        .map((vmid) => listEntry(call.world, vmid, call.node)),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu',
    permission: ALL,
    proxied: true,
    ms: 12,
    parameters: {
      ...GUEST_OPTIONS,
      ...GUEST,
      archive: text({ maxLength: 255 }),
      bwlimit: BWLIMIT,
      force: boolean({ requires: 'archive' }),
      'ha-managed': boolean(),
      'import-working-storage': IMPORT_STORAGE,
      'live-restore': boolean(),
      pool: formatted('pve-poolid'),
      start: boolean(),
      storage: formatted('pve-storage-id'),
      unique: boolean({ requires: 'archive' }),
    },
    handle: createGuest,
  },
  {
    method: 'DELETE',
    path: '/nodes/{node}/qemu/{vmid}',
    permission: onGuest('VM.Allocate'),
    proxied: true,
    ms: 12,
    parameters: { ...GUEST, 'destroy-unreferenced-disks': boolean(), purge: boolean(), skiplock: SKIPLOCK },
    handle: destroyGuest,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/config',
    permission: onGuest('VM.Audit'),
    proxied: true,
    parameters: { ...GUEST, current: boolean(), snapshot: SNAPNAME },
    handle: ({ world, node, vmid, given }) =>
      currentConfig(world, { node, vmid, current: given.flag('current') }),
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/qemu/{vmid}/config',
    permission: CONFIG,
    proxied: true,
    ms: 8,
    parameters: CHANGE,
    handle: async (call) => {
      await applyChange(call, readChange(call), () => {});
      return null;
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu/{vmid}/config',
    permission: CONFIG,
    proxied: true,
    ms: 12,
    parameters: {
      ...CHANGE,
      background_delay: integer({ minimum: 1, maximum: 30 }),
      'import-working-storage': IMPORT_STORAGE,
    },
    handle: (call) => {
      const change = readChange(call);
      return call.startTask({
        node: call.node,
        type: 'qmconfig',
        id: String(call.vmid),
        work: (task) => applyChange(call, change, task.log),
      });
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/pending',
    permission: onGuest('VM.Audit'),
    proxied: true,
    parameters: GUEST,
    handle: ({ world, node, vmid }) => pendingConfig(world, { node, vmid }),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu/{vmid}/clone',
    permission: {
      check: [
        'and',
        perm('/vms/{vmid}', 'VM.Clone'),
        [
          'or',
          perm('/vms/{newid}', 'VM.Allocate'),
          ['perm', '/pool/{pool}', ['VM.Allocate'], 'require_param', 'pool'],
        ],
      ],
    },
    proxied: true,
    ms: 12,
    parameters: {
      ...GUEST,
      bwlimit: BWLIMIT,
      description: text(),
      format: oneOf(['raw', 'qcow2', 'vmdk']),
      full: boolean(),
      name: formatted('dns-name'),
      newid: VMID,
      pool: formatted('pve-poolid'),
      snapname: SNAPNAME,
      storage: formatted('pve-storage-id'),
      target: formatted('pve-node'),
    },
    handle: cloneGuest,
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu/{vmid}/template',
    permission: onGuest('VM.Allocate'),
    proxied: true,
    ms: 12,
    parameters: { ...GUEST, disk: oneOf(DRIVE_NAMES) },
    handle: makeTemplate,
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/qemu/{vmid}/resize',
    permission: onGuest('VM.Config.Disk'),
    proxied: true,
    ms: 12,
    parameters: {
      ...GUEST,
      digest: DIGEST,
      disk: required(oneOf(DRIVE_NAMES)),
      size: required(text({ pattern: '\\+?\\d+(\\.\\d+)?[KMGT]?' })),
      skiplock: SKIPLOCK,
    },
    handle: resizeDisk,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit',
    permission: onGuest('VM.Audit'),
    proxied: true,
    parameters: GUEST,
    handle: ({ world, node, vmid }) =>
      pendingConfig(world, { node, vmid }, /^(ci\w+|ipconfig\d+|name|nameserver|searchdomain|sshkeys)$/),
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit',
    permission: onGuest('VM.Config.Cloudinit'),
    proxied: true,
    ms: 20,
    parameters: GUEST,
    handle: regenerate,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit/dump',
    permission: onGuest('VM.Audit'),
    proxied: true,
    parameters: { ...GUEST, type: required(oneOf(['user', 'network', 'meta'])) },
    handle: ({ world, node, vmid, given }) =>
      dumpCloudInit(world, node, {
        values: world.guests.read(vmid, node).values,
        type: given.need('type'),
        vmid,
      }),
  },
];

function regenerate({ world, node, vmid }: Call): null {
  world.guests.read(vmid, node);
  return null;
}
