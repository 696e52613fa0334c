import { Secret } from '../../../plan/secret.ts';

/** The parts of an Ignition config that are looked at here; everything else is carried along untouched. */
export interface IgnitionConfig {
  ignition: { version: string; [key: string]: unknown };
  storage?: { files?: IgnitionFile[]; luks?: Record<string, unknown>[]; [key: string]: unknown };
  passwd?: { users?: Record<string, unknown>[]; [key: string]: unknown };
  [key: string]: unknown;
}

interface IgnitionFile {
  path: string;
  mode?: number;
  contents?: Resource;
  append?: Resource[];
  [key: string]: unknown;
}

interface Resource {
  source?: string;
  httpHeaders?: { name: string; value?: string }[];
  [key: string]: unknown;
}

export type ParsedIgnition = { config: IgnitionConfig } | { problem: string };

/** Takes a ready Ignition JSON apart; `problem` says what is wrong with it in one sentence. */
export function parseIgnition(source: string | Readonly<Record<string, unknown>>): ParsedIgnition {
  let value: unknown = source;
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source);
    } catch (error) {
      return { problem: `is no JSON${placeOf(error as Error, source)}` };
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: 'is no JSON object' };
  const { ignition } = value as Partial<IgnitionConfig>;
  if (typeof ignition?.version !== 'string') {
    return { problem: 'has no ignition.version, so it is no Ignition config (Butane goes under butane:)' };
  }
  if (!/^3\.\d+\.\d+(-experimental)?$/.test(ignition.version)) {
    return { problem: `is of Ignition spec ${ignition.version}; Flatcar on Proxmox VE wants 3.x` };
  }
  return { config: value as IgnitionConfig };
}

/** Where JSON.parse stopped. Its message quotes the text around, which may be a secret, so it is not passed on. */
function placeOf({ message }: Error, source: string): string {
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined) return source.trim() === '' ? ', it is empty' : ', it ends too early';
  const before = source.slice(0, Number(at)).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

export interface GuestNetwork {
  mac: string;
  /** With prefix length; absent: DHCP, which the image does by itself. */
  address?: string;
  gateway?: string;
  dns: readonly string[];
}

/**
 * Adds what the guest must know of itself and the config does not say: its hostname, and its fixed
 * addresses (Flatcar applies those from the cloud-init drive only after Ignition, or never; flatcar#2002).
 */
export function completeIgnition(
  config: IgnitionConfig,
  guest: { name: string; networks: readonly GuestNetwork[] },
): IgnitionConfig {
  const present = new Set((config.storage?.files ?? []).map((file) => file.path));
  const added = [file('/etc/hostname', 0o644, `${guest.name}\n`), ...networkFiles(guest.networks)].filter(
    ({ path }) => !present.has(path),
  );
  if (added.length === 0) return config;
  return { ...config, storage: { ...config.storage, files: [...(config.storage?.files ?? []), ...added] } };
}

/** A config that sets nothing; 3.3.0 is read by every Flatcar that Proxmox images exist of. */
export const EMPTY_IGNITION: IgnitionConfig = { ignition: { version: '3.3.0' } };

/** Number 00 comes before the image's own zz-default.network. */
function networkFiles(networks: readonly GuestNetwork[]): IgnitionFile[] {
  return networks.flatMap((network, at) => {
    if (network.address === undefined) return [];
    const lines = [
      '[Match]',
      `MACAddress=${network.mac.toLowerCase()}`,
      '',
      '[Network]',
      `Address=${network.address}`,
      ...(network.gateway ? [`Gateway=${network.gateway}`] : []),
      ...network.dns.map((server) => `DNS=${server}`),
      '',
    ];
    return [file(`/etc/systemd/network/00-proxwright-net${at}.network`, 0o644, lines.join('\n'))];
  });
}

function file(path: string, mode: number, text: string): IgnitionFile {
  return { path, mode, overwrite: true, contents: { source: `data:,${encodeURIComponent(text)}` } };
}

/**
 * The file that goes to the node: whole for it, and for people with everything secret blanked. `packed` is
 * what is written in place of a config that is too large to go as it is.
 */
export function ignitionText(config: IgnitionConfig, packed?: string): Secret {
  return new Secret(packed ?? `${JSON.stringify(config)}\n`, JSON.stringify(maskIgnition(config), null, 2));
}

/** What may be seen of an Ignition file that lies on a node; nothing of one that cannot be read. */
export function shownIgnition(text: string): string {
  const parsed = parseIgnition(text);
  return 'config' in parsed
    ? JSON.stringify(maskIgnition(parsed.config), null, 2)
    : '(not readable as Ignition)';
}

/** Password hashes, LUKS keys, HTTP headers, configs inside the config, and what only root of the guest may read. */
export function maskIgnition(config: IgnitionConfig): IgnitionConfig {
  const masked = structuredClone(config) as IgnitionConfig;
  const accounts = [
    ...(masked.passwd?.users ?? []),
    ...((masked.passwd?.groups as Record<string, unknown>[]) ?? []),
  ];
  for (const account of accounts) if ('passwordHash' in account) account.passwordHash = '***';
  for (const luks of masked.storage?.luks ?? []) if ('keyFile' in luks) luks.keyFile = '***';
  for (const { mode, contents, append } of masked.storage?.files ?? []) {
    // Ignition's default mode is 0644; only a file closed to all but its owner is taken for a secret.
    const closed = mode !== undefined && (mode & 0o077) === 0;
    for (const resource of [contents, ...(append ?? [])]) maskResource(resource, closed);
  }
  const nested = masked.ignition.config as { merge?: Resource[]; replace?: Resource } | undefined;
  for (const resource of [...(nested?.merge ?? []), nested?.replace]) maskResource(resource, true);
  return masked;
}

function maskResource(resource: Resource | undefined, closed: boolean): void {
  if (closed && resource?.source?.startsWith('data:')) resource.source = '***';
  for (const header of resource?.httpHeaders ?? []) if ('value' in header) header.value = '***';
}
