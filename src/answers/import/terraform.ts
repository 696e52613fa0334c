import path from 'node:path/posix';
import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { createEvaluator } from './hcl/evaluate.ts';
import { type Block, issueAt, placeOf, type Spot, sourceTextOf } from './hcl/syntax.ts';
import { type ImportResult, MOST_CLUSTERS, settle } from './imported.ts';
import { joinClusters } from './names.ts';
import { type Calls, callOf, callsIn, type TerraformPlace } from './terraform-calls.ts';
import { joinCounted } from './terraform-counted.ts';
import { readFolder, type TerraformFiles } from './terraform-folder.ts';
import { clusterOfCall } from './terraform-module.ts';
import { targetLines } from './terraform-target.ts';
import { isModuleVariable } from './terraform-variables.ts';

export interface TerraformContext {
  /** Schema of an item of `clusters:`. */
  clusters: z.ZodType;
  /** As it was given: what names of files in the answers begin with. */
  folder: string;
  /** Only calls in this file count. */
  only?: string;
  /** A text file by the name that the answers would give it; undefined where there is none. */
  peek(name: string): string | undefined;
  /** The `*.tf` of another folder; undefined where there are none. */
  open?(folder: string): TerraformFiles | undefined;
}

/** Calls of the module lucidsolns/vm/proxmox become clusters, one for each call. */
export function importTerraform(files: TerraformFiles, context: TerraformContext): ImportResult {
  const terraform = readFolder(files);
  if (terraform.issues.length > 0) return { issues: terraform.issues };
  const place: TerraformPlace = {
    terraform,
    evaluator: createEvaluator(terraform.scope),
    folder: path.join(context.folder, '.'),
    open: limited(context.open),
  };
  const found = callsOf(place, context.only);
  const { calls, others, issues } = found;
  if (issues.length > 0) return { issues };
  if (calls.length > MOST_CLUSTERS) {
    return {
      issues: [
        issueAt(calls[MOST_CLUSTERS]!.spot, `is one call more than the ${MOST_CLUSTERS} that are read`),
      ],
    };
  }
  const made = calls.map((call) => ({ call, ...clusterOfCall(call, context) }));
  const wrong = [place, ...calls].flatMap(({ evaluator }) => evaluator.issues);
  if (wrong.length > 0) return { issues: [...new Set(wrong)] };
  const leftOut = [...found.remarks, ...made.flatMap(({ remark }) => remark ?? [])];
  const clusters = joinCounted(made);
  if (clusters.length === 0) {
    const message = `asks for no guests: ${leftOut.join('; ')}`;
    const spot = calls[0]?.spot ?? found.none;
    return { issues: spot ? [issueAt(spot, message)] : nothingFound(place, context.only) };
  }
  const joined = joinClusters(clusters);
  joined.forEach(settle);
  const names = [...new Set(calls.map(({ spot }) => spot.file.name))];
  const provider = terraform.blocks.find(
    ({ type, labels: [name] }) => type === 'provider' && name === 'proxmox',
  );
  return {
    imported: {
      from: `Terraform, ${names.join(', ')}`,
      target: targetLines(calls, { provider, evaluate: place.evaluator.evaluate }),
      clusters: joined,
      remarks: [...othersRemarks(others), ...leftOut, ...(found.bare ? [] : terraform.remarks)],
    },
  };
}

/** Folders that modules lie in; each is read for each call. */
const MOST_FOLDERS = 200;

function limited(open: TerraformContext['open']): TerraformPlace['open'] {
  let left = MOST_FOLDERS;
  return (folder) => {
    left -= 1;
    return left < 0 ? undefined : open?.(folder);
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

/** Without any call, the files may be the module itself (`bare`), and the values its arguments. */
function callsOf(place: TerraformPlace, only: string | undefined): Calls & { bare?: boolean } {
  const found = callsIn(place, { wanted: ({ file }) => only === undefined || file.name === only });
  if (found.calls.length > 0 || found.none || found.issues.length > 0) return found;

  const { blocks, values } = place.terraform;
  const [first] = values.filter(({ name }) => isModuleVariable(name));
  const declares = blocks.some(({ type, labels: [name] }) => type === 'variable' && name === 'butane_conf');
  const bare = !blocks.some(({ type }) => type === 'module') && (declares || blocks.length === 0);
  if (!first || !bare) return { ...found, issues: nothingFound(place, only) };
  return { ...found, calls: [callOf(first, values, place)], others: [], bare };
}

function nothingFound({ terraform, folder }: TerraformPlace, only: string | undefined): Issue[] {
  const modules = terraform.blocks.filter(
    ({ type, file }) => type === 'module' && (only === undefined || file.name === only),
  );
  if (modules.length === 0) {
    const message = `${only ?? folder} has no call of the module lucidsolns/vm/proxmox, the one that can be imported`;
    return [{ message, severity: 'error' }];
  }
  return modules.slice(0, MOST_OTHERS).map((block) => {
    const source = sourceTextOf(block);
    const found = source === undefined ? 'no source' : `the source ${JSON.stringify(source)}`;
    const name = block.labels[0] ?? '';
    return issueAt(block, `module ${name} has ${found}; only lucidsolns/vm/proxmox can be imported`);
  });
}

function lineOf(spot: Spot): string {
  const { file, line } = placeOf(spot);
  return `${file}:${line}`;
}
