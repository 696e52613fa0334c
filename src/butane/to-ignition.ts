import { findDuplicates } from './check/duplicates.ts';
import { checkIgnition } from './check/ignition.ts';
import { checkPartitions } from './check/partitions.ts';
import { checkSource } from './check/source.ts';
import { Findings, type Path } from './report.ts';
import { type Struct, structOf, type Value } from './schema/value.ts';
import { SENTENCES } from './sentences.ts';
import { addBootDevice } from './sugar/boot-device.ts';
import { addGrubUsers } from './sugar/grub.ts';
import { addMountUnits } from './sugar/mount-units.ts';
import { addQuadlets } from './sugar/quadlets.ts';
import { type SugarJob, type Translation, translateFields } from './sugar/translate.ts';
import { addTrees } from './sugar/trees.ts';

/** Checks a Butane config, translates it and checks the result; `problem` says at which of these it failed. */
export function toIgnition(job: SugarJob): { ignition: Struct; problem?: string } {
  const { variant, findings } = job;
  checkSource(variant, job);
  if (findings.fatal) return { ignition: {}, problem: SENTENCES.invalidSource };

  const translation = translate(job);
  if (!findings.fatal) refuseForbidden(job, translation);
  if (findings.fatal) return { ignition: {}, problem: SENTENCES.invalidSource };

  const { config, origins } = translation;
  const result = { shape: variant.root, struct: config };
  const found = new Findings();
  findDuplicates(result, found);
  checkIgnition(result, { findings: found, ignition: variant.ignition });
  for (const finding of found.list) findings.list.push({ ...finding, path: origins.get(finding.path) });
  return findings.fatal ? { ignition: config, problem: SENTENCES.invalidResult } : { ignition: config };
}

function translate(job: SugarJob): Translation {
  const { variant, findings } = job;
  let translation = translateFields(job);
  const { config, origins } = translation;
  config.ignition = { ...structOf(config, 'ignition'), version: variant.ignition };
  origins.set(['ignition', 'version'], ['version']);

  translation = addMountUnits(job, translation);
  addTrees(job, translation);
  addQuadlets(job, translation);
  if (findings.fatal || !variant.fcos) return translation;

  translation = addBootDevice(job, translation);
  const found = new Findings();
  checkPartitions(translation.config, { findings: found, rootSize: variant.fcos.bootDevice !== undefined });
  translation = addGrubUsers(job, translation);
  for (const finding of found.list) {
    findings.list.push({ ...finding, path: translation.origins.get(finding.path) });
  }
  return translation;
}

/** What Ignition would take but the variant's system cannot do. */
function refuseForbidden({ variant, findings }: SugarJob, { config, origins }: Translation): void {
  const { forbidden } = variant;
  if (!forbidden) return;
  const [list, name] = [forbidden.path.slice(0, -1), forbidden.path.at(-1) as string];
  let holder: Value | undefined = config;
  for (const part of list) holder = (holder as Struct | undefined)?.[part];
  for (const [i, item] of ((holder as Struct[] | undefined) ?? []).entries()) {
    const at: Path = [...list, i, name];
    if (hasContent(item[name])) findings.error(origins.get(at), forbidden.sentence);
  }
}

/** Anything but nothing: a false or an empty text that was written counts. */
function hasContent(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.values(value).some(hasContent);
}
