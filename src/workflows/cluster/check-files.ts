import { fillVariables } from '../../butane/variables.ts';
import type { Issue } from '../../errors.ts';
import type { NamedFile } from '../workflow.ts';
import { compileSource, isInlineButane } from './groups/butane.ts';

/** What the wizard knows of a group while it is being answered. */
interface AnsweredGroup {
  butane?: unknown;
  butane_snippets?: unknown;
  butane_files?: unknown;
  vars?: unknown;
}

type Read = (file: string, folder?: string) => NamedFile | undefined;

/** The Butane reports of the files that groups name, each under its question. */
export function checkButaneFiles(answers: unknown, read: Read): Issue[] {
  const { groups } = (answers ?? {}) as { groups?: unknown };
  if (!Array.isArray(groups)) return [];
  return (groups as AnsweredGroup[]).flatMap((group, at) => {
    const snippets = Array.isArray(group?.butane_snippets) ? group.butane_snippets : [];
    const named = [
      { file: group?.butane, path: `groups.${at}.butane` },
      ...snippets.map((file, which) => ({ file, path: `groups.${at}.butane_snippets.${which}` })),
    ];
    return named.flatMap(({ file, path }) =>
      typeof file === 'string' ? reportOf(file, path, { group, read }) : [],
    );
  });
}

function reportOf(
  file: string,
  path: string,
  { group, read }: { group: AnsweredGroup; read: Read },
): Issue[] {
  if (file === '' || isInlineButane(file)) return [];
  const found = read(file, typeof group.butane_files === 'string' ? group.butane_files : undefined);
  if (!found) return [{ severity: 'error', path, message: `there is no file ${file}` }];
  const own = Object.entries((group.vars ?? {}) as Record<string, unknown>).map(([name, value]) => [
    name,
    String(value),
  ]);
  // The values of a guest are not known yet; what is checked is whether the names are.
  const vars = { ...Object.fromEntries(own), vm_name: 'guest', vm_id: '100', vm_index: '0', vm_count: '1' };
  const { text, issues } = fillVariables(found.text, { vars, file });
  const unknown = issues.map(
    (issue): Issue => ({
      ...issue,
      path,
      message: `${file}:${issue.line}:${issue.column}: ${issue.message}`,
    }),
  );
  if (unknown.length > 0) return unknown;
  return compileSource({ name: file, text, path, filesDir: found.folder }).findings.map(
    ({ severity, message }) => ({
      severity: severity === 'error' ? 'error' : 'warning',
      path,
      message,
    }),
  );
}
