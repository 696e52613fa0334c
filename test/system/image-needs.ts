import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const PACKAGES: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  pigz: 'pigz',
  'arch-test': 'arch-test',
  gpgv: 'gpgv',
  gpg: 'gnupg',
  'dpkg-deb': 'dpkg',
  'qemu-system-x86_64': 'qemu-system-x86',
  mke2fs: 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  python3: 'python3',
  'ansible-playbook': 'ansible',
};

/** Why a test cannot run here: root or a tool, with its Debian package. In CI that is a failure, never a skip. */
export function missingFor(tools: readonly string[]): string | undefined {
  const reasons = [
    process.geteuid?.() === 0 ? '' : 'needs root',
    existsSync('/usr/share/keyrings/debian-archive-keyring.gpg') ? '' : 'needs debian-archive-keyring',
    !tools.includes('qemu-system-x86_64') || existsSync('/usr/share/OVMF') ? '' : 'needs ovmf',
    ...tools.filter((tool) => !has(tool)).map((tool) => `needs ${PACKAGES[tool] ?? tool}`),
  ].filter((reason) => reason !== '');
  if (reasons.length === 0) return undefined;
  const missing = [...new Set(reasons)].join(', ');
  if (process.env.CI) throw new Error(missing);
  return missing;
}

/** Debian's mirrors as this machine's own apt has them, so that the tests work where it works. */
export function debianMirrors(): { mirror?: string; security_mirror?: string } {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).map((name) => `${folder}/${name}`)];
  const uris = files
    .filter((file) => existsSync(file) && /\.(list|sources)$/.test(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.match(/\bhttps?:\/\/\S+/g) ?? []);
  const mirror = uris.find((uri) => /\/debian\/?$/.test(uri));
  const security = uris.find((uri) => /\/debian-security\/?$/.test(uri));
  return { ...(mirror ? { mirror } : {}), ...(security ? { security_mirror: security } : {}) };
}

function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v -- "$1"', 'sh', tool], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
