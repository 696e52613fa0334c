import { compile } from '../../../butane/compile.ts';
import type { FilesDir } from '../../../butane/files-dir.ts';
import { mergeIgnition } from '../../../butane/merge.ts';
import { fillVariables } from '../../../butane/variables.ts';
import type { Finding } from '../../../plan/step.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import type { GroupAnswers } from './answers.ts';
import { EMPTY_IGNITION, type IgnitionConfig } from './ignition-config.ts';

/** One Butane source of a group: its own, or a snippet. */
export interface ButaneSource {
  /** For reports: the file's name as written, or where it stands in the answers. */
  name: string;
  text: string;
  /** Of the answer, such as `groups.0.butane`. */
  path: string;
  /** Where its local files come from. */
  filesDir: FilesDir | undefined;
  /** What its `${…}` stand for, where that is not what the group says. */
  variables?: (guest: PlacedGuest) => Readonly<Record<string, string>>;
}

/** Butane that stands in the answers themselves has more than one line; a file's name has one. */
export function isInlineButane(butane: string): boolean {
  return butane.includes('\n');
}

/** Whether another id than the planned one would make the config a wrong one. */
export function namesItsId(sources: readonly ButaneSource[]): boolean {
  return sources.some(({ text }) => /(^|[^$])\$\{vm_id\}/.test(text));
}

/** Values for `${…}` in a guest's sources. Own ones win over nothing: the four names are taken. */
export function variablesOf(group: GroupAnswers, guest: PlacedGuest): Record<string, string> {
  const own = Object.entries(group.vars ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    ...Object.fromEntries(own),
    vm_name: guest.name,
    vm_id: String(guest.vmid),
    // From 0, as in Terraform's count.index: configs that people bring along count so.
    vm_index: String(guest.index - 1),
    vm_count: String(group.count),
  };
}

/**
 * Compiles a group's sources guest by guest; a source without variables is compiled once. Snippets are merged
 * over the group's own config in their order, as Ignition merges a child into its parent.
 */
export function butaneCompiler(
  sources: readonly ButaneSource[],
  group: GroupAnswers,
): (guest: PlacedGuest) => { config: IgnitionConfig; findings: Finding[] } {
  const compiled = new Map<string, ReturnType<typeof compileSource>>();
  return (guest) => {
    const vars = variablesOf(group, guest);
    const findings: Finding[] = [];
    let config: unknown;
    for (const source of sources) {
      const filled = fillVariables(source.text, {
        vars: source.variables?.(guest) ?? vars,
        file: source.name,
      });
      for (const { message, file, line, column } of filled.issues) {
        findings.push({
          severity: 'error',
          path: source.path,
          message: `${file}:${line}:${column}: ${message}`,
        });
      }
      if (filled.issues.length > 0) continue;
      const key = `${source.name}\0${filled.text}`;
      const result = compiled.get(key) ?? compileSource({ ...source, text: filled.text });
      compiled.set(key, result);
      findings.push(...result.findings);
      if (result.ignition === undefined) continue;
      config = config === undefined ? result.ignition : mergeIgnition(config, result.ignition);
    }
    return { config: (config as IgnitionConfig | undefined) ?? EMPTY_IGNITION, findings };
  };
}

/** One source; its report becomes findings, each with its place in the file. */
export function compileSource({ name, text, path, filesDir }: ButaneSource): {
  ignition: unknown;
  findings: Finding[];
} {
  const result = compile(text, { fileName: name, ...(filesDir ? { filesDir } : {}) });
  const findings = result.entries.map(({ kind, message, line, column }): Finding => {
    const place = line === undefined ? name : `${name}:${line}:${column ?? 1}`;
    return { severity: kind === 'error' ? 'error' : 'warning', path, message: `${place}: ${message}` };
  });
  if (result.ignition === undefined && !findings.some((finding) => finding.severity === 'error')) {
    // A source that is no YAML, or names no known variant, has no entries but one sentence.
    findings.push({ severity: 'error', path, message: `${name}: ${result.report.trim()}` });
  }
  return { ignition: result.ignition, findings };
}
