import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parseIgnition } from '../groups/ignition-config.ts';

/** All that a cluster keeps secret, from one token. None of the others leads back to it. */
export interface PresetSecrets {
  /** Of servers. Whoever has it is one. */
  token: string;
  /** Of agents: they join, and get no further. */
  agentToken: string;
  /** A bootstrap token of Kubernetes: servers of k3s take themselves out with it, kubeadm joins with it. */
  bootstrap: { id: string; secret: string };
  /** What kubeadm hands certificates to servers under, 32 bytes. */
  certificateKey: string;
  nodePassword(name: string): string;
  /** A name in the servers' certificates by which guests know their own cluster. Not secret. */
  mark: string;
}

export function secretsFrom(token: string): PresetSecrets {
  const from = (purpose: string): string => sha256(`${purpose}/${token}`);
  return {
    token,
    agentToken: from('agent'),
    bootstrap: { id: from('bootstrap-id').slice(0, 6), secret: from('bootstrap-secret').slice(0, 16) },
    certificateKey: from('certificates'),
    nodePassword: (name) => from(`node/${name}`).slice(0, 32),
    mark: `${from('mark').slice(0, 16)}.proxwright.internal`,
  };
}

/** A cluster's token where nobody gave one: 256 bits from what only this machine and user know. */
export function newToken(secretSeed: string, cluster: string): string {
  return sha256(`${secretSeed}/${cluster}/preset-token`);
}

/** What a server's Ignition file says of the preset that it was made with. */
export interface MadeWith {
  token: string;
  settings: Readonly<Record<string, string>>;
}

export const TOKEN_FILE = '/etc/proxwright/token';
export const SETTINGS_FILE = '/etc/proxwright/preset.env';

/** Undefined for a file that is none of a preset's servers. */
export function madeWith(ignition: string): MadeWith | undefined {
  const token = fileIn(ignition, TOKEN_FILE)?.trim();
  const settings = fileIn(ignition, SETTINGS_FILE);
  if (!token || settings === undefined) return undefined;
  const lines = settings.split('\n').map((line) => /^([A-Z0-9_]+)="?([^"]*)"?$/.exec(line));
  return {
    token,
    settings: Object.fromEntries(lines.flatMap((line) => (line ? [[line[1] ?? '', line[2] ?? '']] : []))),
  };
}

/** The text of a file in an Ignition config, one that was packed for its size included. */
function fileIn(ignition: string, path: string): string | undefined {
  const parsed = parseIgnition(ignition);
  if ('problem' in parsed) return undefined;
  const packed = (parsed.config.ignition.config as { replace?: Resource } | undefined)?.replace;
  const whole = packed && contentOf(packed);
  if (whole !== undefined) return fileIn(whole, path);
  const file = parsed.config.storage?.files?.find((one) => one.path === path);
  return file?.contents && contentOf(file.contents);
}

interface Resource {
  source?: string;
  compression?: string;
  [key: string]: unknown;
}

function contentOf({ source = '', compression }: Resource): string | undefined {
  const [, base64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(source) ?? [];
  if (data === '') return undefined;
  try {
    if (!base64) return decodeURIComponent(data);
    const bytes = Buffer.from(data, 'base64');
    return (compression === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
