import {
  isTrue,
  numberOf,
  type Struct,
  structOf,
  structsOf,
  textOf,
  textOrEmpty,
  textsOf,
} from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';
import type { Check, CheckContext } from './walk.ts';

const LAYOUTS = ['aarch64', 'ppc64le', 'x86_64'];

// The boot disk's name in Fedora CoreOS; its partitions may be reused by label.
const BOOT_DISK = '/dev/disk/by-id/coreos-boot-disk';

/** Fedora CoreOS's checks of the whole config, from 1.6. */
export function checkFcosRoot({ struct, path, findings }: CheckContext): void {
  const storage = structOf(struct, 'storage');
  const mirrored = new Set(textsOf(structOf(structOf(struct, 'bootDevice'), 'mirror'), 'devices'));
  for (const [i, disk] of structsOf(storage, 'disks').entries()) {
    const device = textOrEmpty(disk, 'device');
    if (device === BOOT_DISK || isTrue(disk, 'wipeTable') || mirrored.has(device)) continue;
    for (const [p, partition] of structsOf(disk, 'partitions').entries()) {
      if ((numberOf(partition, 'number') ?? 0) === 0 && partition.label !== undefined) {
        findings.warn([...path, 'storage', 'disks', i, 'partitions', p, 'number'], SENTENCES.reuseByLabel);
      }
    }
  }
  for (const [i, filesystem] of structsOf(storage, 'filesystems').entries()) {
    const mountPoint = textOf(filesystem, 'path');
    const refused = mountPoint !== undefined && !/^\/(etc|var)(\/|$)/.test(mountPoint);
    if (refused && isTrue(filesystem, 'withMountUnit')) {
      findings.error([...path, 'storage', 'filesystems', i, 'path'], SENTENCES.mountPointForbidden);
    }
  }
}

/** `minor` is the version of the Fedora CoreOS specification whose rules hold. */
export function bootDeviceCheck(minor: number): Check {
  return (context) => {
    const { struct, path, findings } = context;
    const layout = textOf(struct, 'layout');
    const luks = structOf(struct, 'luks');
    const mirror = structOf(struct, 'mirror');
    const mirrored = textsOf(mirror, 'devices').length > 0;
    if (mirrored && layout === undefined) {
      const at = [...path, 'mirror'];
      if (minor >= 7) findings.error(at, SENTENCES.mirrorLayout);
      else findings.warn(at, SENTENCES.mirrorLayout);
    }
    if (layout !== undefined) {
      findings.error([...path, 'layout'], layoutProblem(layout, textOrEmpty(luks, 'device'), minor));
      if (minor >= 6 && layout.startsWith('s390x') && mirrored) {
        findings.error([...path, 'layout'], SENTENCES.mirrorUnsupported);
      }
    }
    if (isTrue(structOf(luks, 'cex'), 'enabled')) checkCex(context, layout);
    // The walk comes by the mirror once more, so that its problem is reported twice; so does the real tool.
    if (mirror) checkMirror({ ...context, struct: mirror, path: [...path, 'mirror'] });
  };
}

function checkCex({ struct, path, findings }: CheckContext, layout: string | undefined): void {
  const luks = structOf(struct, 'luks');
  if (layout === undefined) findings.error([...path, 'luks', 'cex'], SENTENCES.cexArchitecture);
  else if (!layout.startsWith('s390x')) findings.error([...path, 'layout'], SENTENCES.cexArchitecture);
  if (structsOf(luks, 'tang').length > 0 || isTrue(luks, 'tpm2')) {
    findings.error([...path, 'luks'], SENTENCES.cexWithClevis);
  }
}

export function checkMirror({ struct, path, findings }: CheckContext): void {
  if (textsOf(struct, 'devices').length === 1) {
    findings.error([...path, 'devices'], SENTENCES.mirrorTooFew);
  }
}

/** A device alone unlocks nothing. */
export function checkBootDeviceLuks({ struct, path, findings }: CheckContext): void {
  if (textOrEmpty(struct, 'device') === '') return;
  const tang = structsOf(struct, 'tang').some((server: Struct) =>
    Object.values(server).some((value) => value !== undefined && value !== ''),
  );
  if (tang || isTrue(struct, 'tpm2') || isTrue(structOf(struct, 'cex'), 'enabled')) return;
  findings.error([...path, 'luks'], SENTENCES.luksNoMethod);
}

function layoutProblem(layout: string, luksDevice: string, minor: number): string | undefined {
  if (LAYOUTS.includes(layout)) return undefined;
  if (minor < 6) return SENTENCES.layoutUnknownLegacy;
  if (layout === 's390x-virt') return undefined;
  const pattern = { 's390x-eckd': /\/dev\/dasd[a-z]$/, 's390x-zfcp': /\/dev\/sd[a-z]$/ }[layout];
  if (!pattern) return SENTENCES.layoutUnknown;
  if (luksDevice === '') return SENTENCES.luksDeviceRequired;
  return pattern.test(luksDevice) ? undefined : SENTENCES.luksDeviceName;
}
