import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a script as root in a container of this machine's own files: an overlay of its root, whose changes are in
 * memory and gone at the end, with a few folders mounted in. Stands in for docker and for a virtual machine.
 */
export function inContainer(
  script: string,
  {
    folder,
    mounts,
    env = {},
  }: { folder: string; mounts: Record<string, string>; env?: Record<string, string> },
): Promise<{ code: number; output: string }> {
  for (const name of ['container', 'container-tmp']) mkdirSync(path.join(folder, name), { recursive: true });
  // As every /tmp: apt works as a user of its own.
  chmodSync(path.join(folder, 'container-tmp'), 0o1777);
  const binds = Object.entries({ ...mounts, [path.join(folder, 'container-tmp')]: '/tmp' });
  const setUp = [
    'mount -t tmpfs -o mode=755 tmpfs "$0"',
    'cd "$0"',
    'mkdir upper work root',
    'mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" root',
    'mount -t proc proc root/proc',
    'for name in dev sys; do mount --rbind "/$name" "root/$name"; done',
    ...binds.map(([, target]) => `mkdir -p 'root${target}'`),
    ...binds.map(([source, target]) => `mount --bind '${source}' 'root${target}'`),
    'exec chroot root sh -ec "$1"',
  ].join('\n');
  const argv = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-ec',
    setUp,
    path.join(folder, 'container'),
    script,
  ];
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile('unshare', argv, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
    });
  });
}
