import { isMapping, shapeOf } from '../shape.ts';
import { type Draft, fieldOf, leave, take } from './draft.ts';
import { takeItems } from './items.ts';
import { diskSizeOf } from './sizes.ts';
import { booleanOf, type ModuleCall, numberOf } from './terraform-module.ts';

/** Networks, shares and disks. */
export function takeDevices({ cluster, group }: { cluster: Draft; group: Draft }, call: ModuleCall): void {
  takeItems(group, 'networks', {
    name: 'networks',
    value: call.argument('networks'),
    fields: { bridge: 'bridge', tag: 'tag', mtu: 'mtu' },
    defaults: { bridge: 'vmbr0' },
    without: { macaddr: 'each guest gets addresses of its own, the same ones again each time' },
    // Terraform's provider takes 0 and -1 for no tag.
    convert: (value, key) => {
      const number = key === 'bridge' ? value : numberOf(value);
      return key === 'tag' && (number === 0 || number === -1) ? undefined : number;
    },
  });
  takeItems(group, 'virtiofs', {
    name: 'virtiofs',
    value: call.argument('virtiofs'),
    fields: { dirid: 'path', tag: 'tag', cache: 'cache', 'direct-io': 'direct_io' },
    convert: (value, key) => (key === 'direct_io' ? booleanOf(value) : value),
  });
  takeItems(group, 'plan9', {
    name: 'plan9fs',
    value: call.argument('plan9fs'),
    fields: {
      dirid: 'path',
      tag: 'tag',
      security_model: 'security_model',
      readonly: 'readonly',
      multidevs: 'multidevs',
    },
    // The module's own defaults.
    defaults: { security_model: 'mapped-xattr', readonly: false, multidevs: 'warn' },
  });
  takeDisks({ cluster, group }, call.argument('disks'));
}

function takeDisks({ cluster, group }: { cluster: Draft; group: Draft }, value: unknown): void {
  const disks = Array.isArray(value) ? value : [];
  if (value !== undefined && value !== null && !Array.isArray(value)) {
    take(group, 'disk', { name: 'disks', value });
  }
  const slots = disks.map((disk) => (isMapping(disk) ? String(disk.slot) : ''));
  const first = slots.findIndex((slot) => /^(virtio|sata|ide)0$/.test(slot));
  const boot = slots.includes('scsi0') ? slots.indexOf('scsi0') : first;
  disks.forEach((disk, at) => {
    const name = `disks[${at}]`;
    if (at !== boot || !isMapping(disk)) {
      leave(group, { name, value: disk }, 'guests have one disk here, that of the template');
      return;
    }
    const { slot: _slot, type: _type, size, storage, ...others } = disk;
    take(group, 'disk', { name: `${name}.size`, value: diskSizeOf(size) });
    if (cluster.answers.storage === undefined)
      take(cluster, 'storage', { name: `${name}.storage`, value: storage });
    for (const [key, other] of Object.entries(others)) {
      leave(group, { name: `${name}.${key}`, value: other }, "the disk keeps the template's setting");
    }
  });
  if (group.answers.disk !== undefined) return;
  const field = fieldOf(group.schema, 'disk');
  const size = field && shapeOf(field).default;
  if (size !== undefined) {
    group.remarks.push(`disks: no size is given, so the template's holds there; here disks grow to ${size}`);
  }
}
