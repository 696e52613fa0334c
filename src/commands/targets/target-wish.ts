import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TargetAnswers } from '../../answers/target.ts';
import type { CommandLine } from '../../cli.ts';
import type { Env } from '../../env.ts';
import { parseTarget, type TargetWish } from '../../target/spec.ts';

type Flags = Pick<CommandLine, 'values' | 'switches'>;

/** Which target will be opened, before it is. */
export function chosenTarget(
  line: Flags,
  env: Env,
): {
  kind: ReturnType<typeof parseTarget>['kind'];
  label: string;
} {
  const spec = parseTarget(wishOf(line, env), env.variables);
  switch (spec.kind) {
    case 'ssh':
      return { kind: 'ssh', label: spec.ssh.host };
    case 'https':
      return { kind: 'https', label: spec.https.host };
    default:
      return { kind: spec.kind, label: spec.kind === 'local' ? env.machine : 'sandbox' };
  }
}

/** What `--target` says, else the answers, else this node, else the sandbox. */
export function wishOf({ values, switches }: Flags, env: Env, answers?: TargetAnswers): TargetWish {
  const flags = {
    ...(values.identity === undefined ? {} : { identity: values.identity }),
    ...(switches.has('insecure') ? { insecure: true } : {}),
  };
  if (values.target !== undefined) return { ...flags, url: values.target };
  if (answers) return { ...present(answers), ...flags };
  if (onProxmoxHost(env)) return { ...flags, url: 'local' };
  return { ...flags, url: 'sandbox' };
}

/** What the answers leave out is left out, not undefined. */
function present({ url, ...others }: TargetAnswers): TargetWish {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  return { url, ...Object.fromEntries(given) };
}

/** `pveversion` is on every Proxmox VE node and nowhere else. */
function onProxmoxHost({ variables }: Env): boolean {
  const folders = (variables.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, 'pveversion')));
}
