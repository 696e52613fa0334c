import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { createEvaluator, type Evaluator } from './hcl/evaluate.ts';
import { type Attribute, type Block, issueAt, placeOf, type Spot } from './hcl/syntax.ts';
import { type ClusterDraft, type ImportResult, MOST_CLUSTERS, settle } from './imported.ts';
import { joinClusters } from './names.ts';
import { readFolder, type TerraformFiles, type TerraformFolder } from './terraform-folder.ts';
import { clusterOfCall, type ModuleCall } from './terraform-module.ts';
import { targetLines } from './terraform-target.ts';
import { isModuleSource, isModuleVariable } from './terraform-variables.ts';

export interface TerraformContext {
  /** Schema of an item of `clusters:`. */
  clusters: z.ZodType;
  /** As it was given: what names of files in the answers begin with. */
  folder: string;
  /** Only calls in this file count. */
  only?: string;
  /** A text file by the name that the answers would give it; undefined where there is none. */
  peek(name: string): string | undefined;
}

/** Calls of the module lucidsolns/vm/proxmox become clusters, one for each call. */
export function importTerraform(files: TerraformFiles, context: TerraformContext): ImportResult {
  const folder = readFolder(files);
  if (folder.issues.length > 0) return { issues: folder.issues };
  const evaluator = createEvaluator(folder.scope);
  const { calls, others, issues } = callsOf(folder, {
    evaluator,
    folder: context.folder,
    only: context.only,
  });
  if (calls.length === 0) return { issues };
  if (calls.length > MOST_CLUSTERS) {
    return {
      issues: [
        issueAt(calls[MOST_CLUSTERS]!.spot, `is one call more than the ${MOST_CLUSTERS} that are read`),
      ],
    };
  }
  const remarks = othersRemarks(others);
  const clusters: ClusterDraft[] = [];
  for (const call of calls) {
    const { cluster, remark } = clusterOfCall(call, context);
    if (cluster) clusters.push(cluster);
    if (remark) remarks.push(remark);
  }
  if (evaluator.issues.length > 0) return { issues: evaluator.issues };
  if (clusters.length === 0) {
    return { issues: [issueAt(calls[0]!.spot, `asks for no guests: ${remarks.join('; ')}`)] };
  }
  const joined = joinClusters(clusters);
  joined.forEach(settle);
  const names = [...new Set(calls.map(({ spot }) => spot.file.name))];
  return {
    imported: {
      from: `Terraform, ${names.join(', ')}`,
      target: targetLines(calls, { folder, evaluate: createEvaluator(folder.scope).evaluate }),
      clusters: joined,
      remarks,
    },
  };
}

/** A line for each of the first ones: there may be hundreds. */
const MOST_OTHERS = 50;

function othersRemarks(others: readonly Block[]): string[] {
  const more = others.length - MOST_OTHERS;
  return [
    ...others.slice(0, MOST_OTHERS).map((block) => {
      const name = [block.type, ...block.labels].join(' ');
      return `${name} (${lineOf(block)}): is not imported, for it is no call of that module`;
    }),
    ...(more > 0 ? [`${more} more resources, modules and data sources are not imported`] : []),
  ];
}

interface Calls {
  calls: ModuleCall[];
  /** Blocks that make something, too. */
  others: Block[];
  issues: Issue[];
}

/** Without any call, the files may be the module itself, and the values its arguments. */
function callsOf(
  { blocks, values }: TerraformFolder,
  { evaluator, folder, only }: { evaluator: Evaluator; folder: string; only: string | undefined },
): Calls {
  const makers = blocks.filter(({ type }) => ['module', 'resource', 'data'].includes(type));
  const isCall = (block: Block) => block.type === 'module' && isModuleSource(sourceOf(block), block);
  const calls = makers
    .filter((block) => isCall(block) && (only === undefined || block.file.name === only))
    .map((block) => callOf(block, block.body.attributes, evaluator));
  if (calls.length > 0) return { calls, others: makers.filter((block) => !isCall(block)), issues: [] };

  const known = values.filter(({ name }) => isModuleVariable(name));
  const [first] = known;
  const declares = blocks.some(({ type, labels: [name] }) => type === 'variable' && name === 'butane_conf');
  const bare = !blocks.some(({ type }) => type === 'module') && (declares || blocks.length === 0);
  if (first && bare) return { calls: [callOf(first, values, evaluator)], others: [], issues: [] };
  return { calls: [], others: [], issues: nothingFound(makers, { folder, only }) };
}

function callOf(
  spot: Spot & { labels?: readonly string[] },
  attributes: readonly Attribute[],
  { evaluate }: Evaluator,
): ModuleCall {
  const expressions = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  return {
    label: spot.labels?.[0],
    spot,
    names: [...expressions.keys()],
    argument(name) {
      const attribute = expressions.get(name);
      return attribute && evaluate(attribute.value);
    },
    source: (name) => expressions.get(name)?.value,
  };
}

function nothingFound(
  makers: readonly Block[],
  { folder, only }: { folder: string; only: string | undefined },
): Issue[] {
  const modules = makers.filter(
    ({ type, file }) => type === 'module' && (only === undefined || file.name === only),
  );
  if (modules.length === 0) {
    const message = `${only ?? folder} has no call of the module lucidsolns/vm/proxmox, the one that can be imported`;
    return [{ message, severity: 'error' }];
  }
  return modules.slice(0, MOST_OTHERS).map((block) => {
    const source = sourceOf(block);
    const found = source === undefined ? 'no source' : `the source ${JSON.stringify(source)}`;
    const name = block.labels[0] ?? '';
    return issueAt(block, `module ${name} has ${found}; only lucidsolns/vm/proxmox can be imported`);
  });
}

function sourceOf({ body }: Block): string | undefined {
  const source = body.attributes.find(({ name }) => name === 'source')?.value;
  return source?.kind === 'literal' && typeof source.value === 'string' ? source.value : undefined;
}

function lineOf(spot: Spot): string {
  const { file, line } = placeOf(spot);
  return `${file}:${line}`;
}
