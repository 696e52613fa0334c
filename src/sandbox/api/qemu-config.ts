import { applyChange, readChange } from '../guest/change.ts';
import { dumpCloudInit } from '../guest/cloudinit.ts';
import { currentConfig, pendingConfig } from '../guest/show-config.ts';
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
import { onGuest } from './permission.ts';
import type { Call, Route } from './route.ts';

const GUEST = { node: NODE, vmid: VMID };

const SNAPNAME = formatted('pve-configid', { maxLength: 40 });

const IMPORT_STORAGE = formatted('pve-storage-id');

const CHANGE: Parameters = {
  ...GUEST_OPTIONS,
  ...GUEST,
  delete: formatted('pve-configid-list'),
  digest: text({ maxLength: 40 }),
  force: boolean({ requires: 'delete' }),
  revert: formatted('pve-configid-list'),
  skiplock: boolean(),
};

const CHANGE_PRIVILEGES = 'Disk CDROM CPU Memory Network HWType Options Cloudinit'
  .split(' ')
  .map((name) => `VM.Config.${name}`);

const CONFIG = { check: ['perm', '/vms/{vmid}', CHANGE_PRIVILEGES, 'any', 1] as const };

export const configRoutes: readonly Route[] = [
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
