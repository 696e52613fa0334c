import path from 'node:path/posix';
import type { Issue } from '../../errors.ts';
import { isMapping } from '../shape.ts';
import { createEvaluator, type Evaluator, type Instance } from './hcl/evaluate.ts';
import { type Attribute, type Block, placeOf, type Spot, sourceOf, sourceTextOf } from './hcl/syntax.ts';
import { MOST_CLUSTERS } from './imported.ts';
import { readFolder, type TerraformFiles, type TerraformFolder } from './terraform-folder.ts';
import type { ModuleCall } from './terraform-module.ts';
import { isModuleSource, whyWithout } from './terraform-variables.ts';

/** A folder of Terraform files, with what its names stand for. */
export interface TerraformPlace {
  terraform: TerraformFolder;
  evaluator: Evaluator;
  /** What names of files in it begin with. */
  folder: string;
  /** The files of a folder that a module here is called from. */
  open(folder: string): TerraformFiles | undefined;
}

export interface Calls {
  calls: ModuleCall[];
  /** Blocks that make something, too. */
  others: Block[];
  remarks: string[];
  issues: Issue[];
  /** A block that is made no times at all. */
  none?: Spot;
}

/** The calls of the module in a folder, those in modules of its own included; `wanted` says which blocks count. */
export function callsIn(
  place: TerraformPlace,
  { wanted, within = [] }: { wanted: (block: Block) => boolean; within?: readonly string[] },
): Calls {
  // A module that names itself, or what it is named by, has no end.
  const around = [...within, place.folder];
  const found: Calls = { calls: [], others: [], remarks: [], issues: [] };
  for (const block of place.terraform.blocks) {
    if (!['module', 'resource', 'data'].includes(block.type)) continue;
    const source = sourceTextOf(block);
    const inner =
      block.type === 'module' && source !== undefined && /^\.\.?\//.test(source)
        ? path.join(place.folder, source, '.')
        : undefined;
    if (block.type === 'module' && isModuleSource(source, block)) {
      if (!wanted(block)) continue;
      const own = callsOf(block, place);
      if (own.calls.length === 0) found.none ??= block;
      addAll(found, own);
    } else if (
      inner === undefined ||
      around.includes(inner) ||
      !wanted(block) ||
      !addInner(found, { block, place, inner, around })
    ) {
      found.others.push(block);
    }
    if (found.calls.length > MOST_CLUSTERS) break;
  }
  return found;
}

function callsOf(block: Block, { evaluator, folder }: TerraformPlace) {
  const { instances, remarks } = instancesOf(block, evaluator);
  return {
    remarks,
    calls: instances.map((instance) => callOf(block, block.body.attributes, { evaluator, folder, instance })),
  };
}

/** Whether the module in that folder has calls, too, which then are taken with the values that it is given. */
function addInner(
  found: Calls,
  {
    block,
    place,
    inner,
    around,
  }: { block: Block; place: TerraformPlace; inner: string; around: readonly string[] },
): boolean {
  const files = place.open(inner);
  if (!files) return false;
  const { instances, remarks } = instancesOf(block, place.evaluator);
  let some = false;
  for (const instance of instances) {
    const values = block.body.attributes.map(({ value, ...attribute }): Attribute => {
      const known = place.evaluator.evaluate(value, instance);
      return { ...attribute, value: { ...value, kind: 'known', value: known } };
    });
    const terraform = readFolder(files, values);
    if (terraform.issues.length > 0) {
      // What cannot be read may be anything; only what names the module is worth an end.
      const isOurs = files.configs.some(({ text }) => /lucidsolns|butane_conf/.test(text));
      if (isOurs) found.issues.push(...terraform.issues);
      return isOurs;
    }
    const evaluator = createEvaluator(terraform.scope);
    const below = callsIn(
      { ...place, terraform, evaluator, folder: inner },
      { wanted: () => true, within: around },
    );
    if (below.calls.length === 0) continue;
    some = true;
    const name = nameOf(block, instance);
    addAll(found, {
      ...below,
      calls: below.calls.map((call) => ({ ...call, label: `${name}.${call.label}` })),
    });
    if (!instance) found.remarks.push(...severalRemarks(block));
    if (found.calls.length > MOST_CLUSTERS) break;
  }
  if (instances.length === 0) found.none ??= block;
  found.remarks.push(...remarks);
  return some || instances.length === 0;
}

function addAll(found: Calls, { calls = [], others = [], remarks = [], issues = [] }: Partial<Calls>): void {
  found.calls.push(...calls);
  found.remarks.push(...remarks);
  // Several instances have the same ones.
  const isNew = ({ file, at }: Block) =>
    !found.others.some((one) => one.at === at && one.file.name === file.name);
  found.others.push(...others.filter(isNew));
  found.issues.push(...issues);
}

/** How often a module of one's own is made, where that is not known. */
function severalRemarks(block: Block): string[] {
  const { file, line } = placeOf(block);
  return block.body.attributes
    .filter(({ name }) => name === 'for_each' || name === 'count')
    .map(
      ({ name, value }) =>
        `module ${block.labels[0]} (${file}:${line}): ${name} = ${sourceOf(value)}: ${whyWithout(name)}`,
    );
}

/** A call, its arguments evaluated when they are asked for. */
export function callOf(
  spot: Spot & { labels?: readonly string[] },
  attributes: readonly Attribute[],
  { evaluator, folder, instance }: { evaluator: Evaluator; folder: string; instance?: Instance | undefined },
): ModuleCall {
  const expressions = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  return {
    label: spot.labels && nameOf({ labels: spot.labels }, instance),
    spot,
    folder,
    instance,
    evaluator,
    names: [...expressions.keys()].filter((name) => !instance || (name !== 'for_each' && name !== 'count')),
    argument(name) {
      const attribute = expressions.get(name);
      return attribute && evaluator.evaluate(attribute.value, instance);
    },
  };
}

function nameOf({ labels: [label = ''] }: Pick<Block, 'labels'>, instance: Instance | undefined): string {
  if (!instance) return label;
  return instance.kind === 'each'
    ? `${label}["${instance.values.key}"]`
    : `${label}[${instance.values.index}]`;
}

/** One for each time that the block is made, or one without a name where only Terraform knows how often. */
function instancesOf(
  block: Block,
  { evaluate }: Evaluator,
): { instances: (Instance | undefined)[]; remarks: string[] } {
  const attribute = (name: string) => block.body.attributes.find((one) => one.name === name)?.value;
  const [each, count] = [attribute('for_each'), attribute('count')];
  const instances = each ? eachOf(evaluate(each)) : count ? countedOf(evaluate(count)) : undefined;
  const { file, line } = placeOf(block);
  const remark = `module ${block.labels[0]} (${file}:${line}): is left out, for its ${each ? 'for_each has nothing' : 'count is 0'}`;
  return { instances: instances ?? [undefined], remarks: instances?.length === 0 ? [remark] : [] };
}

function eachOf(value: unknown): Instance[] | undefined {
  const each = (key: string, item: unknown): Instance => ({ kind: 'each', values: { key, value: item } });
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return [...new Set(value)].map((item) => each(item, item));
  }
  return isMapping(value) ? Object.entries(value).map(([key, item]) => each(key, item)) : undefined;
}

function countedOf(value: unknown): Instance[] | undefined {
  const times = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 0) return undefined;
  // One more than are taken, so that it is refused.
  const length = Math.min(times, MOST_CLUSTERS + 1);
  return Array.from({ length }, (_, index) => ({ kind: 'count', values: { index } }));
}
