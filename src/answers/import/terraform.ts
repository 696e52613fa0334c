import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { createEvaluator, type Evaluator } from './hcl/evaluate.ts';
import { type Attribute, type Block, issueAt, placeOf, type Spot } from './hcl/syntax.ts';
import { type ClusterDraft, type ImportResult, settle } from './imported.ts';
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
  const { calls, others, issues } = callsOf(folder, { evaluator, only: context.only });
  if (calls.length === 0) return { issues };

  const remarks = others.map(
    (block) =>
      `${[block.type, ...block.labels].join(' ')} (${lineOf(block)}): is not imported; it makes no guests of the module`,
  );
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

interface Calls {
  calls: ModuleCall[];
  /** Blocks that make something, too. */
  others: Block[];
  issues: Issue[];
}

/** Without any call, the files may be the module itself, and the values its arguments. */
function callsOf(
  { blocks, values }: TerraformFolder,
  { evaluator, only }: { evaluator: Evaluator; only: string | undefined },
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
  return { calls: [], others: [], issues: nothingFound(makers, only) };
}

function callOf(
  spot: Spot & { labels?: readonly string[] },
  attributes: readonly Attribute[],
  { evaluate }: Evaluator,
): ModuleCall {
  const expressions = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  return {
    label: spot.labels?.[0] ?? 'cluster',
    spot,
    place: lineOf(spot),
    names: [...expressions.keys()],
    argument(name) {
      const attribute = expressions.get(name);
      return attribute && evaluate(attribute.value);
    },
    source: (name) => expressions.get(name)?.value,
  };
}

function nothingFound(makers: readonly Block[], only: string | undefined): Issue[] {
  const modules = makers.filter(
    ({ type, file }) => type === 'module' && (only === undefined || file.name === only),
  );
  const message = `has no call of the module lucidsolns/vm/proxmox, the one that can be imported`;
  if (modules.length === 0) return [{ message: `${only ?? 'this folder'} ${message}`, severity: 'error' }];
  return modules.map((block) => {
    const source = sourceOf(block);
    const found = source === undefined ? 'without a source' : `of ${JSON.stringify(source)}`;
    return issueAt(
      block,
      `module ${block.labels[0] ?? ''} is a call ${found}; only lucidsolns/vm/proxmox is known`,
    );
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
