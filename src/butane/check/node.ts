import { cleanPath, joinPath } from '../go/path.ts';
import type { Path } from '../report.ts';
import { isTrue, numberOf, type Struct, structOf, structsOf, textOf, textOrEmpty } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';
import { linkAncestors } from './link-ancestors.ts';
import type { CheckContext, Checks } from './walk.ts';

/** What is wrong with a path on the machine; undefined if nothing is. */
export function checkPath(path: string): string | undefined {
  if (path === '') return SENTENCES.noPath;
  if (!path.startsWith('/')) return SENTENCES.relativePath;
  return cleanPath(path) === path ? undefined : SENTENCES.dirtyPath;
}

export const NODE_CHECKS: Checks = {
  Config: checkUnitPaths,
  Storage(context) {
    checkLinks(context);
    checkFilesystemDevices(context);
  },
  Directory: checkNodeAndMode,
  File(context) {
    checkNodeAndMode(context);
    const { struct, path, findings } = context;
    if (isTrue(struct, 'overwrite') && structOf(struct, 'contents')?.source === undefined) {
      findings.error([...path, 'overwrite'], SENTENCES.overwriteWithoutSource);
    }
  },
  Link: checkNode,
  NodeUser: checkOwner,
  NodeGroup: checkOwner,
};

function checkNode({ struct, path, findings }: CheckContext): void {
  findings.error([...path, 'path'], checkPath(textOrEmpty(struct, 'path')));
}

function checkNodeAndMode(context: CheckContext): void {
  checkNode(context);
  const { struct, path, findings, minor } = context;
  const mode = numberOf(struct, 'mode');
  if (mode === undefined) return;
  const at = [...path, 'mode'];
  if (mode < 0 || mode > 0o7777) findings.error(at, SENTENCES.illegalMode);
  // Ignition looks at the low 32 bits, so that a negative mode has them all.
  const special = (BigInt.asUintN(32, BigInt(mode)) & 0o7000n) !== 0n;
  if (minor < 6 && special) findings.warn(at, SENTENCES.specialBits);
}

function checkOwner({ struct, path, findings }: CheckContext): void {
  if (struct.id !== undefined && textOrEmpty(struct, 'name') !== '') {
    findings.error(path, SENTENCES.idAndName);
  }
}

/** Files must not stand where Ignition writes units. */
function checkUnitPaths({ struct, path, findings }: CheckContext): void {
  const taken = new Set<string>();
  for (const unit of structsOf(structOf(struct, 'systemd'), 'units')) {
    const own = `/etc/systemd/system/${textOrEmpty(unit, 'name')}`;
    if (textOrEmpty(unit, 'contents') !== '') taken.add(own);
    for (const dropin of structsOf(unit, 'dropins')) {
      if (textOrEmpty(dropin, 'contents') !== '') taken.add(`${own}.d/${textOrEmpty(dropin, 'name')}`);
    }
  }
  const storage = structOf(struct, 'storage');
  for (const list of ['files', 'directories', 'links']) {
    for (const [i, node] of structsOf(storage, list).entries()) {
      if (taken.has(textOrEmpty(node, 'path'))) {
        findings.error([...path, 'storage', list, i, 'path'], SENTENCES.pathOfUnit);
      }
    }
  }
}

function checkLinks(context: CheckContext): void {
  const { struct, path, findings } = context;
  const links = structsOf(struct, 'links');
  const above = linkAncestors(links.map((link) => textOrEmpty(link, 'path')));
  const directories = Map.groupBy(structsOf(struct, 'directories'), (node) => textOrEmpty(node, 'path'));
  const underLink = (list: string, i: number, node: Struct, sentence: string) => {
    for (let n = above(textOrEmpty(node, 'path')); n > 0; n--) findings.error([...path, list, i], sentence);
  };
  for (const [i, node] of structsOf(struct, 'directories').entries()) {
    underLink('directories', i, node, SENTENCES.directoryUnderLink);
  }
  for (const [i, node] of structsOf(struct, 'files').entries()) {
    underLink('files', i, node, SENTENCES.fileUnderLink);
  }
  for (const [i, link] of links.entries()) {
    underLink('links', i, link, SENTENCES.linkUnderLink);
    checkTarget(context, link, { at: [...path, 'links', i], directories });
  }
}

function checkTarget(
  { findings, minor }: CheckContext,
  link: Struct,
  { at, directories }: { at: Path; directories: ReadonlyMap<string, readonly Struct[]> },
): void {
  const target = textOf(link, 'target') ?? '';
  if (minor >= 3 && target === '') {
    findings.error([...at, 'target'], SENTENCES.linkTarget);
    return;
  }
  if (!isTrue(link, 'hard')) return;
  const clean = cleanPath(target);
  const absolute = clean.startsWith('/') ? clean : joinPath(textOrEmpty(link, 'path'), target);
  for (const _ of directories.get(absolute) ?? []) findings.error(at, SENTENCES.hardLinkToDirectory);
  for (const owner of ['user', 'group']) {
    for (const name of ['id', 'name']) {
      if (structOf(link, owner)?.[name] !== undefined) {
        findings.warn([...at, owner, name], SENTENCES.hardLinkOwner);
      }
    }
  }
}

function checkFilesystemDevices({ struct, path, findings }: CheckContext): void {
  const disks = new Map(structsOf(struct, 'disks').map((disk) => [textOrEmpty(disk, 'device'), disk]));
  for (const [i, filesystem] of structsOf(struct, 'filesystems').entries()) {
    const disk = disks.get(textOrEmpty(filesystem, 'device'));
    if (!disk) continue;
    const at = [...path, 'filesystems', i, 'device'];
    if (structsOf(disk, 'partitions').length > 0) findings.warn(at, SENTENCES.overPartitions);
    else if (!isTrue(filesystem, 'wipeFilesystem') && isTrue(disk, 'wipeTable')) {
      findings.warn(at, SENTENCES.implicitWipe);
    }
  }
}
