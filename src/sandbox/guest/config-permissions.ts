import type { Call } from '../api/route.ts';
import { denied, fail } from '../refusal.ts';
import { DRIVE_NAMES } from '../schema/drive-formats.ts';
import { propertyFormat } from '../schema/formats.ts';
import { NET, USB, VIRTIOFS } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import { isCdrom, isCloudInit, parseDrive } from './drives.ts';

const words = (text: string) => text.split(' ');

/** Which privilege on the guest each option needs; what is not here only root@pam may set. */
const BY_PRIVILEGE: Readonly<Record<string, readonly string[]>> = {
  'VM.Config.CPU': words('cores cpu cpulimit cpuunits numa smp sockets vcpus'),
  'VM.Config.Memory': words('allow-ksm balloon memory shares'),
  'VM.Config.HWType': words(
    'acpi amd-sev audio0 hotplug intel-tdx keephugepages kvm machine rng0 scsihw smbios1 spice_enhancements tablet vga watchdog',
  ),
  'VM.Config.Options': words(
    'agent autostart bios description freeze keyboard localtime migrate_downtime migrate_speed name onboot ostype protection reboot startdate startup tags tdf template',
  ),
  'VM.Config.Disk': words('boot bootdisk vmstatestorage'),
  'VM.Config.Cloudinit': words('cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys'),
};
const PRIVILEGE_OF = new Map(
  Object.entries(BY_PRIVILEGE).flatMap(([privilege, names]) =>
    names.map((name): [string, string] => [name, privilege]),
  ),
);

export interface Asking {
  readonly vmid: number;
  /** Privileges on the pool count as well, when the guest is made in one. */
  readonly pool: string | undefined;
}

/** Checks that the caller may set or delete these options of a guest; texts and order as the real code's. */
export function checkConfigPermissions(
  call: Call,
  asking: Asking,
  options: Readonly<Record<string, string>>,
): void {
  if (call.isRoot) return;
  for (const [name, value] of Object.entries(options)) checkOption(call, asking, { name, value });
}

/** As PVE::RPCEnvironment::check_vm_perm. */
function needOnGuest(call: Call, asking: Asking, privilege: string): void {
  if (asking.pool !== undefined && call.can(`/pool/${asking.pool}`, [privilege])) return;
  call.need(`/vms/${asking.vmid}`, [privilege]);
}

function checkOption(call: Call, asking: Asking, option: { name: string; value: string }): void {
  const { name, value } = option;
  const privilege = privilegeFor(name, value);
  if (privilege === undefined) throw fail(`only root can set '${name}' config`);
  if (/^serial\d+$/.test(name) && value !== 'socket' && value !== '') {
    throw fail(`only root can set '${name}' config for real devices`);
  }
  if (/^(usb|hostpci)\d+$/.test(name)) checkDevice(call, option);
  needOnGuest(call, asking, privilege);
  if (/^net\d+$/.test(name)) {
    const { bridge, tag } = readPropertyString(NET, value);
    if (bridge !== undefined) needBridge(call, bridge, tag);
  }
  if (/^virtiofs\d+$/.test(name)) {
    const { dirid } = readPropertyString(VIRTIOFS, value);
    if (dirid !== undefined) call.need(`/mapping/dir/${dirid}`, ['Mapping.Use']);
  }
}

/** Numbered options, and what of them needs which privilege. */
const NUMBERED: readonly (readonly [RegExp, string])[] = [
  [/^unused\d+$/, 'VM.Config.Disk'],
  [/^virtiofs\d+$/, 'VM.Config.Disk'],
  [/^numa\d+$/, 'VM.Config.CPU'],
  [/^ipconfig\d+$/, 'VM.Config.Cloudinit'],
  [/^net\d+$/, 'VM.Config.Network'],
  [/^(serial|usb|hostpci)\d+$/, 'VM.Config.HWType'],
];

function privilegeFor(name: string, value: string): string | undefined {
  if (name === 'cdrom') return 'VM.Config.CDROM';
  if (DRIVE_NAMES.includes(name)) {
    const drive = parseDrive(name, value);
    return drive !== undefined && isCdrom(drive) && !isCloudInit(drive)
      ? 'VM.Config.CDROM'
      : 'VM.Config.Disk';
  }
  return PRIVILEGE_OF.get(name) ?? NUMBERED.find(([pattern]) => pattern.test(name))?.[1];
}

/** SDN.Use on the bridge, or on the bridge and tag. */
export function needBridge(call: Call, bridge: string, tag: string | undefined): void {
  const path = `/sdn/zones/localnetwork/${bridge}`;
  if (call.can(path, ['SDN.Use'])) return;
  if (tag !== undefined && call.can(`${path}/${tag}`, ['SDN.Use'])) return;
  throw denied(`${tag === undefined ? path : `${path}/${tag}`}, SDN.Use`);
}

/** Devices of the host are for root, unless they are mapped. */
function checkDevice(call: Call, option: { name: string; value: string }): void {
  const isUsb = option.name.startsWith('usb');
  const values = readPropertyString(isUsb ? USB : propertyFormat('pve-qm-hostpci'), option.value);
  const isMapped = values.mapping !== undefined || (isUsb && /^spice$/i.test(values.host ?? ''));
  if (!isMapped && option.value !== '') {
    throw fail(
      `only root can set '${option.name}' config ${isUsb ? 'for real devices' : 'for non-mapped devices'}`,
    );
  }
  if (values.mapping !== undefined)
    call.need(`/mapping/${isUsb ? 'usb' : 'pci'}/${values.mapping}`, ['Mapping.Use']);
}
