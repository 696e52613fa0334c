import { cloneGuest } from '../guest/clone.ts';
import { createGuest } from '../guest/create.ts';
import { destroyGuest } from '../guest/destroy.ts';
import { resizeDisk } from '../guest/resize.ts';
import { listEntry } from '../guest/status.ts';
import { makeTemplate } from '../guest/template.ts';
import { DRIVE_NAMES } from '../schema/drive-formats.ts';
import { GUEST_OPTIONS } from '../schema/guest-options.ts';
import { boolean, formatted, integer, NODE, oneOf, required, text, VMID } from '../schema/parameter.ts';
import { ALL, onGuest, perm } from './permission.ts';
import type { Route } from './route.ts';

const GUEST = { node: NODE, vmid: VMID };

const SNAPNAME = formatted('pve-configid', { maxLength: 40 });

const DIGEST = text({ maxLength: 40 });

const BWLIMIT = integer({ minimum: 0 });

const SKIPLOCK = boolean();

const IMPORT_STORAGE = formatted('pve-storage-id');

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
];
