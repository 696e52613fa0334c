import { mergeGenerated } from '../merge.ts';
import { Origins } from '../origins.ts';
import type { Path } from '../report.ts';
import { type StructShape, shapeAt } from '../schema/shape.ts';
import { isTrue, type Struct, structOf, structsOf, textOf, textOrEmpty, textsOf } from '../schema/value.ts';
import type { Variant } from '../schema/variants.ts';
import type { SugarJob, Translation } from './translate.ts';

/**
 * Fedora CoreOS's `boot_device`: a mirrored and/or encrypted root disk. The sizes and types are those of the
 * OS image (coreos-assembler's create_disk.sh) and must not change.
 */
export function addBootDevice({ variant, source }: SugarJob, translation: Translation): Translation {
  const bootDevice = structOf(source, 'bootDevice');
  const luks = structOf(bootDevice, 'luks');
  const devices = textsOf(structOf(bootDevice, 'mirror'), 'devices');
  const withCex = isTrue(structOf(luks, 'cex'), 'enabled');
  const encrypted = isTrue(luks, 'tpm2') || structsOf(luks, 'tang').length > 0 || withCex;
  const mirrored = devices.length > 0;
  if (!encrypted && !mirrored) return translation;

  const disk = new BootDisk(variant);
  const layout = textOf(bootDevice, 'layout');
  if (mirrored) disk.mirror(devices, layout ?? 'x86_64');
  if (encrypted) disk.encrypt(luks!, { device: luksDevice(layout, luks!, mirrored), withCex });
  disk.root(encrypted ? '/dev/mapper/root' : '/dev/md/md-root');
  return mergeGenerated(variant.root, { parent: disk, child: translation });
}

const RESERVED = '8DA63339-0007-60C0-C436-083AC8230908';
const BIOS = '21686148-6449-6E6F-744E-656564454649';
const PREP = '9E1A2D38-C612-4316-AA26-8B49521E5A8B';
const ESP = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';

/** The first two partitions of each layout: name, size in MiB, type. */
const LAYOUTS: Record<string, readonly [string, number, string][]> = {
  x86_64: [
    ['bios', 1, BIOS],
    ['esp', 127, ESP],
  ],
  aarch64: [
    ['reserved', 1, RESERVED],
    ['esp', 127, ESP],
  ],
  ppc64le: [
    ['prep', 4, PREP],
    ['reserved', 1, RESERVED],
  ],
};

const BOOT_MIB = 384;

function luksDevice(layout: string | undefined, luks: Struct, mirrored: boolean): string {
  const device = textOrEmpty(luks, 'device');
  if (layout === 's390x-eckd') return `${device}2`;
  if (layout === 's390x-zfcp') return `${device}4`;
  return mirrored ? '/dev/md/md-root' : '/dev/disk/by-partlabel/root';
}

class BootDisk {
  readonly config: Struct;
  readonly origins = new Origins();
  readonly #storage: Record<string, Struct[]> = {};
  readonly #variant: Variant;

  constructor(variant: Variant) {
    this.#variant = variant;
    this.config = { storage: this.#storage };
    this.origins.set(['storage'], ['boot_device']);
  }

  mirror(devices: readonly string[], layout: string): void {
    const head = LAYOUTS[layout]!;
    for (const [i, device] of devices.entries()) {
      const from = ['boot_device', 'mirror', 'devices', i];
      const number = i + 1;
      const partitions = [
        ...head.map(([name, sizeMiB, typeGuid]) => ({ label: `${name}-${number}`, sizeMiB, typeGuid })),
        { label: `boot-${number}`, sizeMiB: BOOT_MIB },
        { label: `root-${number}` },
      ];
      this.#add('disks', from, { device, partitions: partitions as Struct[], wipeTable: true });
      if (!head.some(([name]) => name === 'esp')) continue;
      const label = `esp-${number}`;
      this.#add('filesystems', from, filesystem(`/dev/disk/by-partlabel/${label}`, 'vfat', label));
    }
    this.origins.set(['storage', 'disks'], ['boot_device', 'mirror', 'devices']);
    const from = ['boot_device', 'mirror'];
    const members = (name: string) => devices.map((_, i) => `/dev/disk/by-partlabel/${name}-${i + 1}`);
    // The superblock goes to the end, so that BIOS GRUB need not understand RAID.
    const options = ['--metadata=1.0'];
    this.#add('raid', from, { devices: members('boot'), level: 'raid1', name: 'md-boot', options });
    this.#add('raid', from, { devices: members('root'), level: 'raid1', name: 'md-root' });
    this.origins.set(['storage', 'raid'], from);
    this.#add('filesystems', from, filesystem('/dev/md/md-boot', 'ext4', 'boot'));
  }

  encrypt(luks: Struct, { device, withCex }: { device: string; withCex: boolean }): void {
    const from = ['boot_device', 'luks'];
    const at = ['storage', 'luks', 0];
    const key = withCex ? 'cex' : 'clevis';
    const unlock = withCex ? { enabled: true } : clevisOf(luks);
    const { discard } = luks;
    const entry: Struct = {
      [key]: unlock,
      device,
      ...(discard !== undefined && { discard }),
      label: 'luks-root',
      name: 'root',
      wipeVolume: true,
    };
    this.#storage.luks = [entry];
    this.#setDeep([...at, key], from, unlock);
    this.origins.set([...at, 'discard'], [...from, 'discard']);
    for (const name of ['device', 'label', 'name', 'wipeVolume']) this.origins.set([...at, name], from);
    this.origins.set(at, from);
    this.origins.set(['storage', 'luks'], from);
  }

  root(device: string): void {
    this.#add('filesystems', ['boot_device'], filesystem(device, 'xfs', 'root'));
    this.origins.set(['storage', 'filesystems'], ['boot_device']);
  }

  #add(list: string, from: Path, value: Struct): void {
    const items = this.#storage[list] ?? [];
    this.#storage[list] = items;
    const shape: StructShape = shapeAt(this.#variant.root, 'storage', list);
    this.origins.setAll(['storage', list, items.length], from, { shape, value });
    items.push(value);
  }

  /** Notes that a value comes from the same place under another path. */
  #setDeep(to: Path, from: Path, value: unknown): void {
    this.origins.set(to, from);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const part = Array.isArray(value) ? Number(name) : name;
      this.#setDeep([...to, part], [...from, part], inner);
    }
  }
}

function filesystem(device: string, format: string, label: string): Struct {
  return { device, format, label, wipeFilesystem: true };
}

function clevisOf(luks: Struct): Struct {
  const { tang, threshold, tpm2 } = luks;
  return {
    ...(tang !== undefined && { tang }),
    ...(threshold !== undefined && { threshold }),
    ...(tpm2 !== undefined && { tpm2 }),
  };
}
