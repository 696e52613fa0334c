import path from 'node:path/posix';
import { type Draft, leave, take } from './draft.ts';
import type { TerraformContext } from './terraform.ts';
import type { ModuleCall } from './terraform-module.ts';

/** The Butane file, its snippets, and what in them only Terraform's templates know. */
export function takeButane(
  group: Draft,
  { call, context }: { call: ModuleCall; context: TerraformContext },
): void {
  const conf = call.argument('butane_conf');
  const folder = call.argument('butane_path');
  const snippets = call.argument('butane_conf_snippets');
  if (conf === undefined || conf === null || conf === '') {
    leave(group, { name: 'butane_path', value: folder }, 'means nothing without butane_conf');
    if (Array.isArray(snippets) && snippets.length > 0) {
      leave(group, { name: 'butane_conf_snippets', value: snippets }, 'means nothing without butane_conf');
    }
    return;
  }
  const place = (name: string) => path.join(call.folder, name);
  const butane = typeof conf === 'string' ? inFolder(conf, place) : conf;
  const taken = take(group, 'butane', { name: 'butane_conf', value: butane });
  const files = taken ? [String(butane)] : [];
  const beside = typeof conf === 'string' ? path.dirname(conf) : undefined;
  const base = folder === undefined || folder === null ? beside : folder;
  const same = typeof folder === 'string' && path.join(folder, '.') === beside;
  if (!same && taken) {
    const value = typeof folder === 'string' ? inFolder(path.join(folder, '.'), place) : folder;
    take(group, 'butane_files', { name: 'butane_path', value });
  } else if (!taken) {
    leave(group, { name: 'butane_path', value: folder }, 'belongs to butane_files, beside butane');
  }
  if (typeof base !== 'string' || !taken) {
    leave(group, { name: 'butane_conf_snippets', value: snippets }, 'needs the folder that they are in');
  } else if (Array.isArray(snippets)) {
    const names = snippets.map((name) =>
      typeof name === 'string' ? inFolder(path.join(base, name), place) : name,
    );
    if (names.length > 0 && take(group, 'butane_snippets', { name: 'butane_conf_snippets', value: names })) {
      files.push(...names.map(String));
    }
  } else take(group, 'butane_snippets', { name: 'butane_conf_snippets', value: snippets });
  for (const file of files) group.remarks.push(...templateRemarks(file, context.peek(file)));
}

function inFolder(name: string, place: (name: string) => string): string {
  return path.isAbsolute(name) ? path.normalize(name) : place(name);
}

/** The names that templates of the module have; ours are the same. */
const NAMES = ['vm_id', 'vm_name', 'vm_count', 'vm_index'];

/** Longer expressions are cut in comments. */
const WIDEST = 60;

/** One remark for each kind of thing that Terraform's templates can and ours cannot. */
function templateRemarks(file: string, text: string | undefined): string[] {
  if (text === undefined) return [`${file}: is not there; it is needed when this is applied`];
  const seen = new Map<string, string>();
  text.split('\n').forEach((line, at) => {
    for (const [found, name] of line.matchAll(/[$%]?(?:%\{[^}]*\}?|\$\{([^}]*)\}?)/g)) {
      const why = problemOf(found, name);
      const shown = found.length > WIDEST ? `${found.slice(0, WIDEST)}…` : found;
      if (why && !seen.has(shown)) seen.set(shown, `${file}:${at + 1}: ${shown}: ${why}`);
    }
  });
  return [...seen.values()];
}

function problemOf(found: string, name: string | undefined): string | undefined {
  if (found.startsWith('$${')) return undefined;
  if (found.startsWith('%%{')) return 'here a literal %{ is written with one %';
  if (name === undefined)
    return 'Terraform writes text by conditions and loops; here a file is taken as it stands';
  if (NAMES.includes(name) && found === `\${${name}}`) return undefined;
  if (name.trim() === 'vm_count_index') return 'is called vm_index here';
  return `only names are filled in here, no expressions: ${NAMES.join(', ')} and those in vars:`;
}
