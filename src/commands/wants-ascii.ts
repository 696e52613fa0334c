import type { Env } from '../env.ts';

/** A terminal whose locale is not UTF-8 shows anything else as rubbish. */
export function wantsAscii(switches: ReadonlySet<string>, { variables }: Env): boolean {
  if (switches.has('ascii') || variables.TERM === 'linux') return true;
  const locale = variables.LC_ALL || variables.LC_CTYPE || variables.LANG;
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}
