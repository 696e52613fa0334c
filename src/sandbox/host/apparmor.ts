import { writeAtomic } from '../state/files.ts';
import { hostPath } from './paths.ts';
import { readHostFile } from './read-files.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

export const apparmorPrograms: Readonly<Record<string, Program>> = { apparmor_parser };

/** Loaded profiles, as the kernel lists them. */
const LOADED = '/sys/kernel/security/apparmor/profiles';

/** `apparmor_parser --replace|--remove FILE` */
function apparmor_parser(invocation: Invocation): HostResult {
  const { world, node, args } = invocation;
  const file = args.at(-1) ?? '';
  const text = readHostFile(invocation, file).toString('utf8');
  const name = /^profile (\S+)/m.exec(text)?.[1];
  if (name === undefined) return failed(1, `AppArmor parser error for ${file}: syntax error`);
  const line = `${name} (enforce)\n`;
  const others = readHostFile(invocation, LOADED)
    .toString('utf8')
    .split(/(?<=\n)/)
    .filter((other) => other !== line);
  const removes = args.includes('--remove') || args.includes('-R');
  writeAtomic(hostPath(world, node, LOADED), [...others, ...(removes ? [] : [line])].join(''));
  return ok();
}
