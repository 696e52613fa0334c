import { randomBytes, randomUUID } from 'node:crypto';
import { NET } from '../schema/guest-formats.ts';
import { printPropertyString, readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';

/** The QEMU that this PVE ships. */
export const QEMU_VERSION = '10.2.2';

/** Gives every NIC without a MAC one with the datacenter's prefix. */
export function withMacs(world: World, values: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if (!/^net\d+$/.test(name)) continue;
    const nic = readPropertyString(NET, value);
    if (nic.macaddr === undefined) result[name] = printNic({ ...nic, macaddr: randomMac(world) });
  }
  return result;
}

/** A NIC as configurations have it: `virtio=<mac>` first, the rest sorted. */
export function printNic(nic: Readonly<Record<string, string>>): string {
  const { model = 'virtio', macaddr = '', ...rest } = nic;
  const others = printPropertyString(rest);
  return `${model}=${macaddr.toUpperCase()}${others === '' ? '' : `,${others}`}`;
}

export function randomMac(world: World): string {
  const prefix = (world.options.values.mac_prefix ?? 'BC:24:11').replace(/:$/, '').split(':');
  const rest = [...randomBytes(6 - prefix.length)].map((byte) => byte.toString(16).padStart(2, '0'));
  return [...prefix, ...rest].join(':').toUpperCase();
}

/** What a new guest gets beside what was asked for. */
export function birthMarks(world: World, values: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...(values.smbios1 === undefined ? { smbios1: `uuid=${randomUUID()}` } : {}),
    ...(values.vmgenid === undefined || values.vmgenid === '1' ? { vmgenid: randomUUID() } : {}),
    meta: `creation-qemu=${QEMU_VERSION},ctime=${world.pace.seconds()}`,
  };
}
