import { stripVTControlCharacters } from 'node:util';
import { type ProxwrightError, RunError } from '../errors.ts';

interface Cause {
  sign: RegExp;
  message: (found: RegExpExecArray, lines: readonly string[]) => string;
  fix: string;
}

/** What can be told from the log of a build that failed, most telling first. */
const CAUSES: readonly Cause[] = [
  {
    sign: /env: .?\/tmp\/customise.?: No such file or directory/,
    message: () =>
      'the customise script cannot be started: the image does not have the program of its first line',
    fix: 'correct the first line of maas_image.script, or name the package with that program in maas_image.packages',
  },
  {
    sign: /proxwright: failed in step: customise script \(exit (\d+)\)/,
    message: ([, code]) => `the customise script failed with exit code ${code}`,
    fix: 'correct maas_image.script; it runs inside the image as root, with /bin/sh or what its first line says',
  },
  {
    sign: /proxwright: failed in step: (.+) \(exit (\d+)\)/,
    message: ([, step, code]) => `setting up the image failed in the step "${step}" (exit code ${code})`,
    fix: 'the log says more',
  },
  {
    sign: /can neither be executed natively|qemu-user/,
    message: () => "this machine cannot run programs of the image's architecture",
    fix: 'apt-get install qemu-user-static binfmt-support, or build on a machine of that architecture',
  },
  {
    sign: /No space left on device|You don't have enough free space in|write error: No space/,
    message: () => 'there is no space left on the disk',
    fix: 'free about 4 GB there, or set maas_image.work_dir to a folder on another disk',
  },
  {
    sign: /NO_PUBKEY|is not signed|The following signatures were invalid|BADSIG|Missing key|Sub-process .*sqv|OpenPGP signature verification failed/,
    message: (_, lines) => `a repository has no good signature${inRepository(lines)}`,
    fix: 'give its key as maas_image.keyring.file (Proxmox VE) or maas_image.debian_keyring (Debian); on Ubuntu, apt-get install debian-archive-keyring',
  },
  {
    sign: /401\s+Unauthorized/,
    message: (_, lines) => `a repository wants a subscription${inRepository(lines)}`,
    fix: 'give your credentials as maas_image.apt_auth_file, or use proxmox: no-subscription',
  },
  {
    sign: /Temporary failure resolving|Could not resolve|Could not connect|Connection failed|Connection refused|Network is unreachable|Unable to connect|Connection timed out/,
    message: (_, lines) => `a repository cannot be reached${inRepository(lines)}`,
    fix: 'check the network of this machine, maas_image.mirror and maas_image.apt_proxy',
  },
  {
    sign: /does not have a Release file|404\s+Not Found/,
    message: (_, lines) => `a repository does not have what it should${inRepository(lines)}`,
    fix: 'check maas_image.mirror, maas_image.proxmox and maas_image.release',
  },
  {
    sign: /Unable to locate package (\S+)|Package '?([^\s']+)'? has no installation candidate/,
    message: ([, one, other]) => `there is no package "${one ?? other}" in the repositories`,
    fix: 'check the names in maas_image.packages',
  },
  {
    sign: /subprocess returned error exit status|dpkg: error processing (?:package|archive) (\S+)/,
    message: (_, lines) => `a package could not be installed${packageOf(lines)}`,
    fix: 'the log says why; the last lines are above',
  },
];

/** The error to show for a build whose log ended with `lines`. */
export function buildFailure(
  said: readonly string[],
  { exitCode, log }: { exitCode: number; log: string },
): ProxwrightError {
  const lines = said.map(readable);
  const text = lines.join('\n');
  for (const { sign, message, fix } of CAUSES) {
    const found = sign.exec(text);
    if (found) return new RunError(message(found, lines), { where: log, why: lastWords(lines, sign), fix });
  }
  return new RunError(`mmdebstrap failed (exit code ${exitCode})`, {
    where: log,
    why: lastWords(lines),
    fix: 'the log says more',
  });
}

/** Scripts and packages print what they like; a terminal is not to act on it. */
function readable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
  return stripVTControlCharacters(line).replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '?');
}

/** The last lines before things ended that say something: a script's own words, or apt's errors. */
function lastWords(lines: readonly string[], sign?: RegExp): string {
  const at = sign ? lines.findIndex((line) => sign.test(line)) : lines.length;
  // dpkg says on the next line why.
  const until = lines.slice(0, at < 0 ? lines.length : at + 2);
  const said = until.filter((line) => line.trim() !== '' && !/^I: |^proxwright: /.test(line));
  return said.slice(-5).join('\n       ');
}

function inRepository(lines: readonly string[]): string {
  const line = lines.find((text) => /^(?:E|W|Err:\d+):? .*https?:|^Err:\d+ /.test(text)) ?? '';
  const url = /\b(?:https?|file|copy):[^\s'"]+/.exec(line)?.[0];
  return url ? `: ${url}` : '';
}

function packageOf(lines: readonly string[]): string {
  const names = lines.flatMap(
    (line) => /dpkg: error processing (?:package|archive) (\S+)/.exec(line)?.[1] ?? [],
  );
  return names.length > 0 ? `: ${[...new Set(names)].join(', ')}` : '';
}
