import type { Path } from '../report.ts';
import { SENTENCES } from '../sentences.ts';
import { baseSpec } from './base.ts';
import { type FcosFeatures, fcosFields } from './fcos.ts';
import { type StructShape, struct } from './shape.ts';
import type { BaseVersion } from './versioned.ts';

/** One `variant` and `version` that can be compiled. */
export interface Variant {
  variant: string;
  version: string;
  /** The Ignition version that comes out. */
  ignition: string;
  base: BaseVersion;
  root: StructShape;
  /** What Ignition knows but the variant refuses. */
  forbidden?: { path: Path; sentence: string };
  fcos?: FcosFeatures;
}

interface Row extends Pick<Variant, 'forbidden' | 'fcos'> {
  ignition: string;
  base: BaseVersion;
}

const noClevis = { path: ['storage', 'luks', 'clevis'], sentence: SENTENCES.clevisForbidden };
const noCex = { path: ['storage', 'luks', 'cex'], sentence: SENTENCES.cexForbidden };

/** To support a new version, add its line; what it changes stands in base.ts and fcos.ts. */
const ROWS: Record<string, Row> = {
  'flatcar 1.0.0': { base: 4, ignition: '3.3.0', forbidden: noClevis },
  'flatcar 1.1.0': { base: 5, ignition: '3.4.0', forbidden: noClevis },
  'flatcar 1.2.0-experimental': { base: 8, ignition: '3.7.0-experimental', forbidden: noCex },
  'fcos 1.0.0': { base: 1, ignition: '3.0.0', fcos: {} },
  'fcos 1.1.0': { base: 2, ignition: '3.1.0', fcos: {} },
  'fcos 1.2.0': { base: 3, ignition: '3.2.0', fcos: {} },
  'fcos 1.3.0': { base: 3, ignition: '3.2.0', fcos: { bootDevice: 3 } },
  'fcos 1.4.0': { base: 4, ignition: '3.3.0', fcos: { bootDevice: 4 } },
  'fcos 1.5.0': { base: 5, ignition: '3.4.0', fcos: { bootDevice: 5 } },
  'fcos 1.6.0': { base: 6, ignition: '3.5.0', fcos: { bootDevice: 6 } },
  'fcos 1.7.0': { base: 7, ignition: '3.6.0', fcos: { bootDevice: 7 } },
  'fcos 1.8.0-experimental': { base: 8, ignition: '3.7.0-experimental', fcos: { bootDevice: 8 } },
};

const built = new Map<string, Variant>();

/** Undefined for what cannot be compiled. */
export function findVariant(variant: string, version: string): Variant | undefined {
  const name = `${variant} ${version}`;
  const known = built.get(name);
  if (known) return known;
  const row = Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
  if (!row) return undefined;
  const base = baseSpec(row.base);
  const packageName = `v${version.split('.').slice(0, 2).join('_')}${version.endsWith('-experimental') ? '_exp' : ''}`;
  const own = row.fcos ? fcosFields(row.fcos, packageName, base) : [];
  const root = struct(`${packageName}.Config`, [...base.fields, ...own]);
  const result: Variant = { variant, version, root, ...row };
  built.set(name, result);
  return result;
}

/** Ignition's own shape at a version, for merging and checking finished configs; the newest one if unknown. */
export function ignitionShape(ignition: string): StructShape {
  const name = Object.keys(ROWS).findLast((key) => ROWS[key]!.ignition === ignition) ?? NEWEST;
  const [variant, version] = name.split(' ');
  return findVariant(variant!, version!)!.root;
}

const NEWEST = 'fcos 1.8.0-experimental';

/** 4 for `3.4.0`. */
export function minorOf(ignition: string): number {
  return Number(ignition.split('.')[1]);
}
