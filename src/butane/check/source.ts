import { type Findings, pathText } from '../report.ts';
import { isTrue, numberOf, type Struct, textOf, textOrEmpty } from '../schema/value.ts';
import type { Variant } from '../schema/variants.ts';
import { SENTENCES } from '../sentences.ts';
import { isQuadletInstance, QUADLET_EXTENSIONS } from '../sugar/quadlets.ts';
import { bootDeviceCheck, checkBootDeviceLuks, checkFcosRoot, checkMirror } from './boot-device.ts';
import { checkInlineIgnition } from './inline-ignition.ts';
import { looksLikeOctal } from './mode.ts';
import { type Check, type CheckContext, type Checks, walkChecks } from './walk.ts';

/** The checks of what only Butane knows, before anything is translated. */
export function checkSource(
  variant: Variant,
  { source, findings }: { source: Struct; findings: Findings },
): void {
  const minor = variant.fcos?.bootDevice ?? 0;
  const checks: Checks = {
    ...BASE_CHECKS,
    Resource: resourceCheck(variant),
    ...(minor >= 6 && { Config: checkFcosRoot }),
    BootDevice: bootDeviceCheck(minor),
    ...(variant.base <= 3 && { Filesystem: checkMountUnitBeforeSwap }),
    BootDeviceMirror: checkMirror,
    ...(minor >= 7 && { BootDeviceLuks: checkBootDeviceLuks }),
  };
  const root = { shape: variant.root, struct: source };
  walkChecks(root, { checks, findings, minor, side: 'butane' });
}

const BASE_CHECKS: Checks = {
  FileContents({ struct, path, findings }) {
    if (textOf(struct, 'inline') !== undefined && textOf(struct, 'source') !== undefined) {
      findings.error([...path, 'inline'], SENTENCES.tooManySources);
    }
  },
  Filesystem({ struct, path, findings }) {
    if (!isTrue(struct, 'withMountUnit')) return;
    const format = textOrEmpty(struct, 'format');
    const noPath = textOrEmpty(struct, 'path') === '';
    if (format === '') findings.error([...path, 'format'], SENTENCES.mountFormat);
    else if (format !== 'swap' && noPath) findings.error([...path, 'path'], SENTENCES.mountPath);
  },
  Directory: (context) => checkMode(context, true),
  File: (context) => checkMode(context, false),
  Tree({ struct, path, findings }) {
    if (textOrEmpty(struct, 'local') === '') findings.error(path, SENTENCES.treeNoLocal);
  },
  Unit: checkContents,
  Dropin: checkContents,
  Quadlet(context) {
    const { struct, path, findings } = context;
    const name = textOrEmpty(struct, 'name');
    if (!QUADLET_EXTENSIONS.some((extension) => name.endsWith(extension))) {
      findings.error([...path, 'name'], SENTENCES.quadletExtension);
    } else if (isQuadletInstance(name)) {
      for (const [field, yaml] of [
        ['contents', 'contents'],
        ['contentsLocal', 'contents_local'],
      ] as const) {
        if (struct[field] !== undefined) findings.error([...path, yaml], SENTENCES.quadletInstanceContents);
      }
    } else {
      checkContents(context);
    }
  },
  GrubUser({ struct, path, findings }) {
    if (textOrEmpty(struct, 'name') === '') findings.error([...path, 'name'], SENTENCES.grubName);
    if (textOrEmpty(struct, 'passwordHash') === '') {
      findings.error([...path, 'password_hash'], SENTENCES.grubPassword);
    }
  },
};

function checkMode({ struct, path, findings }: CheckContext, directory: boolean): void {
  const mode = numberOf(struct, 'mode');
  if (mode !== undefined && looksLikeOctal(mode, directory)) {
    findings.warn([...path, 'mode'], SENTENCES.decimalMode);
  }
}

function checkContents({ struct, path, findings }: CheckContext): void {
  if (textOf(struct, 'contents') !== undefined && textOf(struct, 'contentsLocal') !== undefined) {
    findings.error([...path, 'contents_local'], SENTENCES.tooManyContents);
  }
}

/** Before base 4 each filesystem with a unit needed a path, swap too. */
function checkMountUnitBeforeSwap({ struct, path, findings }: CheckContext): void {
  if (!isTrue(struct, 'withMountUnit')) return;
  if (textOrEmpty(struct, 'path') === '') findings.error([...path, 'path'], SENTENCES.mountPath);
  if (textOrEmpty(struct, 'format') === '') findings.error([...path, 'format'], SENTENCES.mountFormat);
}

function resourceCheck(variant: Variant): Check {
  return ({ struct, path, findings }) => {
    const set = ['local', 'inline', 'source'].filter((name) => struct[name] !== undefined);
    if (set.length > 1) {
      findings.error([...path, set.at(-1)!], SENTENCES.tooManySources);
    } else if (set[0] === 'inline' && pathText(path).startsWith('$.ignition.config')) {
      const problem = checkInlineIgnition(textOrEmpty(struct, 'inline'), variant, { path, findings });
      findings.error([...path, 'inline'], problem);
    }
  };
}
