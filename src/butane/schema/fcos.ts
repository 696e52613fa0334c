import type { BaseSpec } from './base.ts';
import { type Field, field, flag, list, plainText, strings, struct, text, whole } from './shape.ts';

export interface FcosFeatures {
  /** The minor version whose rules for `boot_device` (and, from 5, `grub`) hold; absent before 1.3. */
  bootDevice?: 3 | 4 | 5 | 6 | 7 | 8;
}

/** What Fedora CoreOS adds at the root. */
export function fcosFields(features: FcosFeatures, packageName: string, base: BaseSpec): Field[] {
  const minor = features.bootDevice;
  if (minor === undefined) return [];
  const type = (local: string) => `${packageName}.${local}`;
  const luks = struct(type('BootDeviceLuks'), [
    ...(minor >= 6 ? [field('cex', base.cex)] : []),
    ...(minor >= 5 ? [field('discard', flag)] : []),
    ...(minor >= 6 ? [field('device', text)] : []),
    field('tang', list(base.tang)),
    field('threshold', whole),
    field('tpm2', flag),
  ]);
  const bootDevice = struct(type('BootDevice'), [
    field('layout', text),
    field('luks', luks),
    field('mirror', struct(type('BootDeviceMirror'), [field('devices', strings)])),
  ]);
  const sugar = { sugar: true };
  if (minor < 5) return [field('boot_device', bootDevice, sugar)];
  const user = struct(type('GrubUser'), [field('name', plainText), field('password_hash', text)]);
  const grub = struct(type('Grub'), [field('users', list(user))]);
  return [field('boot_device', bootDevice, sugar), field('grub', grub, sugar)];
}
