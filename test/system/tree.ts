import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The sandbox's whole cluster as one text per file: guests' configs, storages, files of the nodes. What
 * differs between any two runs is taken out: times, random uuids, logs of tasks.
 */
export function clusterTree(stateDir: string): Map<string, string> {
  const tree = new Map<string, string>();
  for (const part of ['etc', 'nodes', 'shared']) walk(path.join(stateDir, part), stateDir, tree);
  return tree;
}

function walk(folder: string, base: string, tree: Map<string, string>): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    const relative = path.relative(base, file);
    if (PASSING.test(relative)) continue;
    if (lstatSync(file).isDirectory()) walk(file, base, tree);
    else tree.set(relative, withoutTimes(readFileSync(file, 'latin1')));
  }
}

/** Logs, locks and what of a run is meant to differ. */
const PASSING =
  /(^|\/)(tasks?|locks?|running|counters|owner)(\.json|\.jsonl|\/|$)|\.lock(\/|$)|priv\/proxwright/;

function withoutTimes(text: string): string {
  return text
    .replace(/ctime=\d+/g, 'ctime=T')
    .replace(/"ctime":\s*\d+/g, '"ctime":T')
    .replace(/"(pid|since|agentAt)":\s*\d+/g, '"$1":T')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID');
}
