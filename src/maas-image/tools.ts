import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { hasTool } from './run-command.ts';

/** Commands, and the Debian package that each is in. */
const PACKAGES: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  pigz: 'pigz',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  'arch-test': 'arch-test',
  gpgv: 'gpgv',
  tar: 'tar',
  mke2fs: 'e2fsprogs',
  python3: 'python3',
  'qemu-img': 'qemu-utils',
  'qemu-system-x86_64': 'qemu-system-x86',
  'ssh-keygen': 'openssh-client',
  ssh: 'openssh-client',
  packer: 'packer (https://developer.hashicorp.com/packer/install)',
  docker: 'docker.io docker-cli docker-compose',
  'ansible-playbook': 'ansible',
};

/** Throws RunError that names every missing command with its package. */
export async function needTools(
  edges: Pick<ImageEdges, 'start' | 'signal'>,
  names: readonly string[],
): Promise<void> {
  const there = await Promise.all(names.map((name) => hasTool(edges, name)));
  const missing = names.filter((_, at) => !there[at]);
  if (missing.length === 0) return;
  const packages = missing.map((name) => PACKAGES[name] ?? name);
  throw new RunError(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`, {
    fix: `apt-get install ${packages.join(' ')}`,
  });
}
