import { isIP, isIPv4, isIPv6 } from 'node:net';
import { ALL_PRIVILEGES } from '../auth/roles.ts';
import { IDE } from './drive-formats.ts';
import { GUEST_FORMATS } from './guest-formats.ts';
import type { PropertyFormat } from './parameter.ts';
import { parsePropertyString } from './property-string.ts';

type Check = (value: string) => string | undefined;

const PROPERTY_FORMATS: Readonly<Record<string, PropertyFormat>> = {
  ...GUEST_FORMATS,
  'pve-qm-ide': IDE,
};

/** Says what is wrong with `value`, in the real API's words and with its line feed, or nothing. */
export function checkFormat(
  format: string | PropertyFormat,
  value: string,
  path: string,
): string | undefined {
  if (typeof format !== 'string') return faultOf(format, value, path);
  const named = PROPERTY_FORMATS[format];
  if (named) return faultOf(named, value, path);
  const check = CHECKS[format];
  if (check) return check(value);
  const list = /^(.*)-list$/.exec(format)?.[1];
  if (list !== undefined) return firstFault(splitList(value), (item) => checkFormat(list, item, path));
  return undefined;
}

/** Splits as PVE does: by comma, semicolon, space or NUL. */
export function splitList(value: string): string[] {
  return value.split(/[,;\0\s]+/).filter((item) => item !== '');
}

export function propertyFormat(name: string): PropertyFormat {
  return PROPERTY_FORMATS[name] ?? {};
}

function isCidr4(value: string): boolean {
  const [address = '', prefix = ''] = value.split('/');
  return isIPv4(address) && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32 && Number(prefix) > 7;
}

function isCidr6(value: string): boolean {
  const [address = '', prefix = ''] = value.split('/');
  return isIPv6(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128 && Number(prefix) > 7;
}

function faultOf(format: PropertyFormat, value: string, path: string): string | undefined {
  const parsed = parsePropertyString(format, value, path);
  return 'wrong' in parsed ? parsed.wrong : undefined;
}

function firstFault(items: readonly string[], check: Check): string | undefined {
  for (const item of items) {
    const wrong = check(item);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DNS_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const VOLUME_ID = /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]:.+$/;
const STORAGE_ID = /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]$/;
const USER_ID = /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/;
const CONTENT = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import', 'none'];

const matching =
  (pattern: RegExp, text: string | ((value: string) => string)): Check =>
  (value) => {
    if (pattern.test(value)) return undefined;
    return `${typeof text === 'string' ? text : text(value)}\n`;
  };
const when =
  (good: (value: string) => boolean, text: string | ((value: string) => string)): Check =>
  (value) =>
    good(value) ? undefined : `${typeof text === 'string' ? text : text(value)}\n`;

/** Texts as PVE::JSONSchema and the modules that register formats there say them. */
const CHECKS: Readonly<Record<string, Check>> = {
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, 'value does not look like a valid VM ID'),
  'pve-node': matching(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
    'value does not look like a valid node name',
  ),
  'pve-configid': matching(/^[a-z][a-z0-9_-]+$/i, (id) => `invalid configuration ID '${id}'`),
  'pve-storage-id': matching(STORAGE_ID, (id) => `storage ID '${id}' contains illegal characters`),
  'pve-volume-id': matching(VOLUME_ID, (id) => `unable to parse volume ID '${id}'`),
  'pve-volume-id-or-absolute-path': when(
    (value) => value.startsWith('/') || VOLUME_ID.test(value),
    (id) => `unable to parse volume ID '${id}'`,
  ),
  'pve-volume-id-or-qm-path': when(
    (value) => value === 'none' || value === 'cdrom' || value.startsWith('/') || VOLUME_ID.test(value),
    (id) => `unable to parse volume ID '${id}'`,
  ),
  'dns-name': matching(DNS_NAME, 'value does not look like a valid DNS name'),
  ip: when((value) => isIP(value) !== 0, 'value does not look like a valid IP address'),
  ipv4: when(isIPv4, 'value does not look like a valid IPv4 address'),
  ipv6: when(isIPv6, 'value does not look like a valid IPv6 address'),
  CIDR: when((value) => isCidr4(value) || isCidr6(value), 'value does not look like a valid CIDR network'),
  address: when(
    (value) => isIP(value) !== 0 || DNS_NAME.test(value),
    (value) => `value does not look like a valid address: ${value}`,
  ),
  'pve-ipv4-config': when(
    (value) => value === 'dhcp' || isCidr4(value),
    'value does not look like a valid ipv4 network configuration',
  ),
  'pve-ipv6-config': when(
    (value) => value === 'auto' || value === 'dhcp' || isCidr6(value),
    'value does not look like a valid ipv6 network configuration',
  ),
  'mac-addr': matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i,
    'value does not look like a valid unicast MAC address',
  ),
  'mac-prefix': matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}:?$/i,
    'value is not a valid unicast MAC address prefix',
  ),
  'disk-size': matching(/^\d+(\.\d+)?[KMGT]?$/, 'value does not look like a valid disk size'),
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, 'invalid characters in tag'),
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (value) => `invalid urlencoded string: ${value}`),
  'pve-poolid': matching(
    /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/,
    (id) => `pool name '${id}' contains invalid characters`,
  ),
  'pve-realm': matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, 'value does not look like a valid realm'),
  'pve-userid': when(
    (value) => value.length >= 3 && USER_ID.test(value),
    (value) => `value '${value}' does not look like a valid user name`,
  ),
  'pve-tokenid': matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    (value) => `value '${value}' does not look like a valid token ID`,
  ),
  'pve-roleid': matching(/^[A-Za-z0-9.\-_]+$/, (id) => `role name '${id}' contains invalid characters`),
  'pve-groupid': matching(/^[A-Za-z0-9.\-_]+$/, (id) => `group name '${id}' contains invalid characters`),
  'pve-priv': when(
    (value) => ALL_PRIVILEGES.includes(value),
    (value) => `invalid privilege '${value}'`,
  ),
  'email-opt': matching(/^(?:[^\s@]+@[^\s@]+)?$/, 'value does not look like a valid email address'),
  'pve-storage-content': when(
    (value) => CONTENT.includes(value),
    (value) => `invalid content type '${value}'`,
  ),
  'pve-storage-path': matching(/^\/|^[^/]*$/, 'value does not look like a valid absolute path'),
  'pve-storage-path-in-property-string': matching(
    /^\/[^;,=()]+$/,
    'Value does not look like a valid absolute path. These symbols are currently not allowed in path: ;,=()',
  ),
  'pve-bridge-id': matching(/^[-_.\w\d]+$/, (id) => `invalid bridge ID '${id}'`),
  'pve-iface': matching(
    /^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i,
    (id) => `invalid network interface name '${id}'`,
  ),
  'pve-qm-bootdisk': matching(
    /^(?:ide[0-3]|sata[0-5]|scsi\d+|virtio\d+)$/,
    (id) => `invalid boot disk '${id}'`,
  ),
  'pve-qm-bootdev': matching(
    /^(?:(?:ide|sata|scsi|virtio|net|usb|hostpci|efidisk)\d+)$/,
    (id) => `invalid boot device '${id}'`,
  ),
  'pve-hotplug-features': when(
    (value) => /^[01]$/.test(value) || splitList(value).every((item) => HOTPLUG.includes(item)),
    'unable to parse hotplug option',
  ),
  'pve-startup-order': matching(
    /^(?:(?:order=)?\d+|up=\d+|down=\d+)(?:,(?:(?:order=)?\d+|up=\d+|down=\d+))*$/,
    'unable to parse startup options',
  ),
  'pve-cpuset': matching(/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/, 'unable to parse cpuset'),
  'pve-ha-resource-or-vm-id': matching(
    /^(?:(?:vm|ct):)?[1-9]\d{2,8}$/,
    'value does not look like a valid ha resource id',
  ),
  'pve-ha-resource-id': matching(
    /^(?:vm|ct):[1-9]\d{2,8}$/,
    'value does not look like a valid ha resource id',
  ),
  'pve-ha-node': matching(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\d+)?$/,
    'value does not look like a valid ha node',
  ),
  'storage-pair': matching(/^[a-zA-Z0-9][\w.-]*(?::[a-zA-Z0-9][\w.-]*)?$/, 'invalid storage pair'),
  'pve-task-status-type': when(
    (value) => ['ok', 'error', 'warning', 'unknown'].includes(value),
    (value) => `invalid task status type '${value}'`,
  ),
};

const HOTPLUG = ['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit'];
