import { quote } from './go/quote.ts';

/** Every sentence that a report can hold. They are the real tool's, so that its users find what they know. */
export const SENTENCES = {
  // whole config
  noVariant: 'error parsing variant; must be specified',
  badVersion: 'error parsing version; must be a valid semver',
  rhcosRemoved:
    'rhcos variant has been removed; use openshift variant instead: https://coreos.github.io/butane/upgrading-openshift/',
  invalidSource: 'source config is invalid',
  invalidResult: 'config generated was invalid',
  invalidIgnition: 'config is not valid',
  unknownIgnitionVersion:
    'skipping validation for the merge/replace ignition config due to an unkown version',
  ignitionVersionUnparsable: "invalid config version (couldn't parse)",
  ignitionVersionUnsupported: 'unsupported config version',
  duplicate: 'duplicate entry defined',

  // local files and trees
  tooManySources: 'only one of the following can be set: inline, local, source',
  tooManyContents: 'only one of the following can be set: contents, contents_local',
  filesDirEscape: 'local file path traverses outside the files directory',
  noFilesDir: 'local file paths are relative to a files directory that must be specified with -d/--files-dir',
  treeFileType: 'trees may only contain files, directories, and symlinks',
  treeNodeExists: 'matching filesystem node has existing contents or different type',
  treeNoDirectory: 'root of tree must be a directory',
  treeNoLocal: 'local is required',

  // resources
  badCompression: 'invalid compression method',
  hashWithoutSource: 'source must be specified if verification is specified',
  hashMalformed: 'malformed hash specifier',
  hashUnrecognized: 'unrecognized hash function',
  hashWrongSize: 'incorrect size for hash sum',
  sourceRequired: 'source is required',
  badScheme: 'invalid url scheme',
  badUrl: 'unable to parse url',
  badS3Version: 'invalid S3 object VersionId',
  badS3Arn: 'invalid S3 ARN format',
  headersOnScheme: 'cannot use HTTP headers with this source scheme',
  badHeader: 'unable to parse HTTP header',
  emptyHeaderName: "HTTP header name can't be empty",
  badProxy: 'proxies must be http(s)',
  insecureProxy: 'insecure plaintext HTTP proxy specified for HTTPS resources',

  // files, directories, links
  decimalMode: 'unreasonable mode would be reasonable if specified in octal; remember to add a leading zero',
  illegalMode: 'illegal file mode',
  specialBits: 'setuid/setgid/sticky bits are not supported or functional in spec versions older than 3.6.0',
  overwriteWithoutSource: 'overwrite must be false if source is unspecified',
  idAndName: 'cannot set both id and name',
  noPath: 'path not specified',
  relativePath: 'path not absolute',
  dirtyPath: 'path is not fully simplified',
  pathOfUnit: 'path conflicts with systemd unit or dropin',
  fileUnderLink: 'file path includes link in config',
  directoryUnderLink: 'directory path includes link in config',
  linkUnderLink: 'link path includes link in config',
  linkTarget: 'link target is required',
  hardLinkToDirectory: 'hard link target is a directory',
  hardLinkOwner: 'user/group ignored for hard link',

  // disks, filesystems, RAID
  diskDevice: 'disk device is required',
  partitionNumbers: 'partition numbers collide',
  partitionsOverlap: 'partitions overlap',
  zeroesWithRemoval: 'shouldExist is false for a partition and other partition(s) has start or size 0',
  partitionLabels: 'cannot use the same partition label twice',
  removalWithOthers: 'shouldExist specified false with other options also specified',
  labelOrNumber: 'a partition number >= 1 or a label must be specified',
  partitionLabelLong: 'partition labels may not exceed 36 characters',
  partitionLabelColon: 'partition label will be truncated to text before the colon',
  badGuid: 'doesn\'t match the form "01234567-89AB-CDEF-EDCB-A98765432101"',
  overPartitions: 'filesystem overwrites partitioned device',
  implicitWipe: 'device matches disk with wipeTable enabled; filesystem will be wiped',
  badFormat: 'invalid filesystem format',
  formatRequired:
    'format cannot be empty when path, label, uuid, wipeFilesystem, options, or mountOptions is specified',
  labelNeedsFormat: 'filesystem must specify format if label is specified',
  raidLevel: 'raid level is required',
  raidLevelUnknown: 'unrecognized raid level',
  raidSpares: 'spares unsupported for linear and raid0 arrays',
  raidDevices: 'raid devices required',

  // LUKS
  luksNameSlash: 'device names cannot contain slashes',
  luksLabelLong: 'luks device labels cannot be longer than 47 characters',
  luksKeyFile: 'invalid key-file source',
  clevisWithOthers: 'cannot use custom clevis config with tpm2, tang, or threshold',
  clevisPinUnknown: 'unsupported clevis pin',
  clevisPin: 'missing required custom clevis pin',
  clevisConfig: 'missing required custom clevis config',
  clevisForbidden: 'clevis is not supported in this spec version',
  tangThumbprint: 'thumbprint is required',
  tangAdvertisement: 'advertisement is not valid JSON',
  cexWithClevis: 'cannot use cex with clevis',
  cexWithKeyFile: 'cannot use key file with cex',
  cexForbidden: 'cex is not currently supported on the target platform',

  // systemd
  unitExtension: 'invalid systemd unit extension',
  dropinExtension: 'invalid systemd drop-in extension',
  mountFormat: 'format is required if with_mount_unit is true',
  mountPath: 'path is required if with_mount_unit is true and format is not swap',
  mountPointForbidden: 'path must be under /etc or /var if with_mount_unit is true',
  quadletExtension:
    'unsupported file extension for quadlet: must be one of .container, .volume, .network, .kube, .image, .build, .pod, or .artifact',
  quadletInstanceContents: 'template instances cannot have contents or contents_local',

  // Fedora CoreOS
  layoutUnknownLegacy: 'layout must be one of: aarch64, ppc64le, x86_64',
  layoutUnknown: 'layout must be one of: aarch64, ppc64le, s390x-eckd, s390x-virt, s390x-zfcp, x86_64',
  mirrorTooFew: 'mirroring requires at least two devices',
  mirrorLayout: 'boot_device.layout should be specified when boot_device.mirror is specified',
  mirrorUnsupported: 'mirroring not supported on layouts: s390x-eckd, s390x-zfcp, s390x-virt',
  luksDeviceRequired: 'device is required for layouts: s390x-eckd, s390x-zfcp',
  luksDeviceName:
    'device name must start with /dev/dasd on s390x-eckd layout or /dev/sd on s390x-zfcp layout',
  luksNoMethod: 'no method specified for luks',
  cexArchitecture: 'when using cex the targeted architecture must match s390x',
  reuseByLabel:
    'partitions cannot be reused by label; number must be specified except on boot disk (/dev/disk/by-id/coreos-boot-disk) or when wipe_table is true',
  wrongPartitionNumber: 'incorrect partition number; a new partition will be created using reserved label',
  rootTooSmall: 'root should have 8GiB of space assigned',
  rootConstrained:
    'root partition cannot expand; it is set to fill available space but is followed by an auto-positioned partition',
  grubName: 'field "name" is required',
  grubPassword: 'field "password_hash" is required',
} as const;

export function unknownVersion(variant: string, version: string): string {
  return `No translator exists for variant ${variant} with version ${version}`;
}

export function unmarshalFailed(problem: string): string {
  return `Error unmarshaling yaml: ${problem}`;
}

export function translationFailed(problem: string): string {
  return `Error translating config: ${problem}`;
}

export const STRICT_FAILED = 'Config produced warnings and --strict was specified';

export function unusedKey(key: string): string {
  return `unused key ${key}`;
}

export function treeMismatch(path: string): string {
  return `context tree does not match content tree at ${path}. Line and column reporting may be inconsistent. Unused keys may not be reported`;
}

export function labelTooLong(limit: number, format: string): string {
  return `filesystem labels cannot be longer than ${limit} characters when using ${format}`;
}

export function badUnit(problem: string): string {
  return `invalid unit content: ${problem}`;
}

export function noInstallSection(unit: string): string {
  return `unit ${quote(unit)} is enabled, but has no install section so enable does nothing`;
}

export function templateNoInstallSection(template: string, instance: string): string {
  return `template unit ${quote(template)} for ${quote(instance)} doesn't have Install section`;
}

/** Ours, not the real tool's, which would read on until memory ends. */
export function configTooLarge(size: number, limit: number): string {
  return `config is ${mebibytes(size)} MiB; at most ${mebibytes(limit)} MiB can be compiled; put large files into --files-dir or behind a URL`;
}

/** Ours as well; the real tool has more stack. */
export const TOO_DEEP =
  'config is nested too deeply to be compiled; take out merge keys that refer to each other';

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes % (1024 * 1024) === 0 ? 0 : 1);
}
