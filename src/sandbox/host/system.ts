import { availableOn } from '../guest/disks.ts';
import { pathOf } from '../state/storages.ts';
import { ip } from './ip.ts';
import { type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';
import { systemctl } from './systemctl.ts';

export const systemPrograms: Readonly<Record<string, Program>> = {
  hostname,
  uname,
  id,
  whoami: () => ok('root\n'),
  df,
  free,
  systemctl,
  ip,
  date,
  nproc,
  journalctl: () => ok('-- No entries --\n'),
};

function hostname({ world, node, args }: Invocation): HostResult {
  const { domain } = world.nodes.get(node);
  if (args.includes('-f') || args.includes('--fqdn')) return ok(`${node}.${domain}\n`);
  if (args.includes('-d')) return ok(`${domain}\n`);
  return ok(`${node}\n`);
}

function uname({ world, node, args }: Invocation): HostResult {
  const { kernel } = world.nodes.get(node);
  const { options } = splitOptions(args);
  const version = '#1 SMP PREEMPT_DYNAMIC PMX';
  if (options.has('-a')) return ok(`Linux ${node} ${kernel} ${version} x86_64 GNU/Linux\n`);
  const parts = [
    options.has('-s') || options.size === 0 ? 'Linux' : '',
    options.has('-n') ? node : '',
    options.has('-r') ? kernel : '',
    options.has('-v') ? version : '',
    options.has('-m') ? 'x86_64' : '',
  ];
  return ok(`${parts.filter((part) => part !== '').join(' ')}\n`);
}

function id({ args }: Invocation): HostResult {
  if (args.includes('-un')) return ok('root\n');
  return ok(args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n');
}

function date({ world, args }: Invocation): HostResult {
  const now = new Date(world.pace.clock.now());
  if (args.includes('+%s')) return ok(`${Math.floor(now.getTime() / 1000)}\n`);
  return ok(`${now.toUTCString()}\n`);
}

function nproc({ world, node }: Invocation): HostResult {
  return ok(`${world.nodes.get(node).cpus}\n`);
}

function df({ world, node, args }: Invocation): HostResult {
  const { options, operands } = splitOptions(args);
  const unit = options.has('-m') ? 1024 ** 2 : options.has('-B') || args.includes('-B1') ? 1 : 1024;
  const mounts = [{ at: '/', id: 'local' }];
  for (const storage of world.storages.ofNode(node)) {
    const at = pathOf(storage);
    if (at?.startsWith('/mnt/')) mounts.push({ at, id: storage.id });
  }
  const wanted = (at: string) =>
    operands.length === 0 ||
    operands.some(
      (path) =>
        path.startsWith(at) &&
        !mounts.some((other) => other.at.length > at.length && path.startsWith(other.at)),
    );
  const lines = mounts
    .filter(({ at }) => wanted(at))
    .map(({ at, id }) => {
      const storage = world.storages.file.get(id);
      const { total, used } = world.storages.capacity(id);
      const available = storage ? availableOn(world, storage, node) : total - used;
      const cells = [total, total - available, available].map((bytes) => Math.floor(bytes / unit));
      return `${at === '/' ? '/dev/mapper/pve-root' : id} ${cells.join(' ')} ${Math.round((100 * (total - available)) / total)}% ${at}`;
    });
  return ok(
    `Filesystem ${unit === 1024 ? '1K' : unit}-blocks Used Available Use% Mounted on\n${lines.join('\n')}\n`,
  );
}

function free({ world, node, args }: Invocation): HostResult {
  const unit = args.includes('-b') ? 1 : args.includes('-m') ? 1024 ** 2 : 1024;
  const { memory, memoryUsed } = world.nodes.get(node);
  const used = memoryUsed + world.running.memoryOn(node);
  const cells = [memory, used, memory - used, 0, 0, memory - used].map((bytes) =>
    String(Math.floor(bytes / unit)).padStart(12),
  );
  const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((name) =>
    name.padStart(12),
  );
  return ok(
    `       ${head.join('')}\nMem:   ${cells.join('')}\nSwap:  ${['0', '0', '0'].map((cell) => cell.padStart(12)).join('')}\n`,
  );
}
