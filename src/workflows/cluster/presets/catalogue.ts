import { parse } from 'yaml';
import { z } from 'zod';
import { readAsset } from '../../../assets.ts';
import { FileProblem, type FilesDir } from '../../../butane/files-dir.ts';

export const PRESETS = ['k3s', 'kubernetes'] as const;
export type PresetId = (typeof PRESETS)[number];
export const ROLES = ['server', 'agent'] as const;
export type Role = (typeof ROLES)[number];
export const INSTALLS = ['download', 'sysext'] as const;
export type InstallId = (typeof INSTALLS)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `{version}` stands for the version in these texts, `{encoded}` for it as a part of a URL's path. */
const install = z.strictObject({
  /** Where the answers name none. */
  version: z.string(),
  url: z.url(),
  /** The publisher's sums of that version's files, as sha256sum writes them. */
  list: z.url(),
  /** Of the file in that list. */
  name: z.string(),
  file: z.string().startsWith('/'),
  mode: z.string().regex(/^0[0-7]{3}$/),
  link: z.string().startsWith('/').optional(),
  binary: z.string().startsWith('/'),
  /** By version. */
  sums: z.record(z.string(), sha256),
});

const entry = z.strictObject({
  title: z.string(),
  /** Where a server has it. */
  kubeconfig: z.string().startsWith('/'),
  /** What versions look like. */
  versions: z.string(),
  installs: z.partialRecord(z.enum(INSTALLS), install),
  cni: z.record(z.string(), z.strictObject({ url: z.url(), sha256 })).optional(),
  /** Butane files, each merged over the one before it. */
  butane: z.strictObject({ server: z.array(z.string()), agent: z.array(z.string()) }),
});

export type PresetEntry = z.output<typeof entry>;
export type InstallEntry = z.output<typeof install>;

const known = new Map<PresetId, PresetEntry>();

/** What a preset is made of, `assets/presets/<id>.yaml`. */
export function presetEntry(id: PresetId): PresetEntry {
  const there = known.get(id) ?? entry.parse(parse(readAsset(`presets/${id}.yaml`)));
  known.set(id, there);
  return there;
}

/** Ways to install it, the usual one first. */
export function installsOf(id: PresetId): InstallId[] {
  return Object.keys(presetEntry(id).installs) as InstallId[];
}

export function presetText(file: string): string {
  return readAsset(`presets/${file}`);
}

/**
 * Where the scripts lie that the Butane files name. Not a folder on disk: inside the binary there is none that
 * all of `node:fs` would find.
 */
export const presetFolder: FilesDir = {
  name: 'presets',
  contains: (path) => /^presets\/[a-z0-9-]+\.sh$/.test(path),
  read: (path) => Buffer.from(readAsset(path)),
  stat: () => ({ kind: 'file', executable: false }),
  lstat: () => ({ kind: 'file', executable: false }),
  list: () => [],
  readLink(path) {
    throw new FileProblem(`readlink ${path}: invalid argument`);
  },
};
