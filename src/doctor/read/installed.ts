import { Garbled, type Look } from '../look.ts';

/** Every package that any check asks for on a node: one command for all of them. */
const PACKAGES = [
  'ifupdown2',
  'ifupdown',
  'kea-dhcp4-server',
  'isc-dhcp-server',
  'virtiofsd',
  'pve-edk2-firmware-ovmf',
] as const;

export async function readInstalled(look: Look): Promise<string> {
  const format = '${binary:Package} ${Version} ${db:Status-Status}\n';
  const said = await look.command('dpkg-query', '-W', '-f', format, ...PACKAGES);
  // 1: one of them is not installed, which is what we want to know.
  if (said.exitCode <= 1) return said.stdout;
  throw new Garbled('dpkg-query', said.stderr);
}

/** Package → version, of those that are installed whole. Throws Garbled. */
export function installedOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const packages = lines.map((line) => /^([a-z0-9][a-z0-9+.-]+)(?::\S+)? (\S*) ([a-z-]+)$/.exec(line));
  if (packages.some((match) => !match)) throw new Garbled('dpkg-query', text);
  return new Map(
    packages.flatMap((match) =>
      match?.[3] === 'installed' ? [[match[1] ?? '', match[2] ?? ''] as const] : [],
    ),
  );
}
