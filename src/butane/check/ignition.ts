import { parseSemver } from '../go/semver.ts';
import type { Findings } from '../report.ts';
import type { StructShape } from '../schema/shape.ts';
import { type Struct, textOrEmpty } from '../schema/value.ts';
import { minorOf } from '../schema/variants.ts';
import { SENTENCES } from '../sentences.ts';
import { DISK_CHECKS } from './disk.ts';
import { LUKS_CHECKS } from './luks.ts';
import { checkPath, NODE_CHECKS } from './node.ts';
import { RESOURCE_CHECKS } from './resource.ts';
import { SYSTEMD_CHECKS } from './systemd.ts';
import { type Checks, walkChecks } from './walk.ts';

/** Ignition's own checks of a config. */
export function checkIgnition(
  { shape, struct }: { shape: StructShape; struct: Struct },
  { findings, ignition }: { findings: Findings; ignition: string },
): void {
  const checks: Checks = {
    ...CHECKS,
    Ignition({ struct, path }) {
      const version = parseSemver(textOrEmpty(struct, 'version'));
      const at = [...path, 'version'];
      if (version === undefined) findings.error(at, SENTENCES.ignitionVersionUnparsable);
      else if (version !== ignition) findings.error(at, SENTENCES.ignitionVersionUnsupported);
    },
  };
  const textChecks = { Device: checkPath };
  walkChecks({ shape, struct }, { checks, textChecks, findings, minor: minorOf(ignition), side: 'ignition' });
}

const CHECKS: Checks = {
  ...RESOURCE_CHECKS,
  ...NODE_CHECKS,
  ...DISK_CHECKS,
  ...LUKS_CHECKS,
  ...SYSTEMD_CHECKS,
};
