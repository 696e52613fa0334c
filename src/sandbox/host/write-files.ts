import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hostPath, isPmxcfs, noticeChange, writeHostFile } from './paths.ts';
import { readHostFile, reasonOf, statHostFile } from './read-files.ts';
import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';

/** The cluster file system takes files of a mebibyte at most. */
const PMXCFS_LIMIT = 1024 * 1024;

export const writePrograms: Readonly<Record<string, Program>> = {
  mkdir,
  rmdir,
  ln,
  dd,
  install,
  mv,
  cp,
  rm,
  chmod,
  chown: () => ok(),
  touch,
  tee,
  sync: () => ok(),
};

function mkdir(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args, ['-m']);
  const mode = options.get('-m');
  for (const path of operands) {
    try {
      const real = hostPath(invocation.world, invocation.node, path);
      mkdirSync(real, { recursive: options.has('-p') });
      if (mode !== undefined && !isPmxcfs(path)) chmodSync(real, Number.parseInt(mode, 8));
    } catch (error) {
      return failed(1, `mkdir: cannot create directory ‘${path}’: ${reasonOf(error)}`);
    }
  }
  return ok();
}

function rmdir({ world, node, args }: Invocation): HostResult {
  for (const path of splitOptions(args).operands) {
    try {
      rmdirSync(hostPath(world, node, path));
    } catch (error) {
      return failed(1, `rmdir: failed to remove '${path}': ${reasonOf(error)}`);
    }
  }
  return ok();
}

/** `install [-D] -m MODE SOURCE TARGET`, with /dev/stdin as the source of secrets. */
function install(invocation: Invocation): HostResult {
  const { world, node, args, stdin } = invocation;
  const { options, operands } = splitOptions(args, ['-m', '-o', '-g', '-t']);
  const mode = Number.parseInt(options.get('-m') || options.get('--mode') || '755', 8);
  if (options.has('-d')) return mkdir({ ...invocation, args: ['-p', '-m', mode.toString(8), ...operands] });
  const [source = '', target = ''] = operands;
  const data =
    source === '/dev/null'
      ? new Uint8Array()
      : source === '/dev/stdin' || source === '-'
        ? stdin
        : readHostFile(invocation, source);
  const path = statHostFile(invocation, target)?.isDirectory() ? join(target, basename(source)) : target;
  const folder = statHostFile(invocation, dirname(path));
  if (!folder?.isDirectory() && !options.has('-D')) {
    return failed(1, `install: cannot create regular file '${path}': No such file or directory`);
  }
  if (isPmxcfs(path) && data.length > PMXCFS_LIMIT)
    return failed(1, `install: error writing '${path}': File too large`);
  writeHostFile(world, node, { path, data, mode });
  if (!isPmxcfs(path)) chmodSync(hostPath(world, node, path), mode);
  return ok();
}

/** `dd of=FILE`: standard input into a file, which keeps its mode. */
function dd(invocation: Invocation): HostResult {
  const { world, node, args, stdin } = invocation;
  const path = args.find((word) => word.startsWith('of='))?.slice(3) ?? '';
  const mode = (statHostFile(invocation, path)?.mode ?? 0o644) & 0o7777;
  writeHostFile(world, node, { path, data: stdin, mode });
  return ok();
}

/** `ln [-s] [-f] [-T] TARGET NAME`. A symbolic link has to be a relative one, so that it stays on its machine. */
function ln({ world, node, args }: Invocation): HostResult {
  const { options, operands } = splitOptions(args);
  const [target = '', name = ''] = operands;
  try {
    const real = hostPath(world, node, name);
    if (options.has('-f')) rmSync(real, { force: true });
    if (!options.has('-s')) linkSync(hostPath(world, node, target), real);
    else if (target.startsWith('/')) return failed(1, `ln: the practice cluster makes relative links alone`);
    else {
      mkdirSync(dirname(real), { recursive: true });
      symlinkSync(target, real);
    }
    return ok();
  } catch (error) {
    return failed(1, `ln: failed to create link '${name}': ${reasonOf(error)}`);
  }
}

function mv(invocation: Invocation): HostResult {
  const { world, node } = invocation;
  const { options, operands } = splitOptions(invocation.args);
  const [source = '', target = ''] = operands;
  const info = statHostFile(invocation, target);
  if (options.has('-T') && info?.isDirectory())
    return failed(1, `mv: cannot overwrite directory '${target}' with non-directory`);
  const path = info?.isDirectory() ? join(target, basename(source)) : target;
  if (options.has('-n') && statHostFile(invocation, path)) return ok();
  try {
    renameSync(hostPath(world, node, source), hostPath(world, node, path));
  } catch (error) {
    return failed(1, `mv: cannot stat '${source}': ${reasonOf(error)}`);
  }
  noticeChange(world, node, source);
  noticeChange(world, node, path);
  return ok();
}

function cp(invocation: Invocation): HostResult {
  const { world, node } = invocation;
  const { options, operands } = splitOptions(invocation.args);
  const [source = '', target = ''] = operands;
  const path = statHostFile(invocation, target)?.isDirectory() ? join(target, basename(source)) : target;
  try {
    const recursive = options.has('-r') || options.has('-R') || options.has('-a');
    cpSync(hostPath(world, node, source), hostPath(world, node, path), { recursive });
  } catch (error) {
    return failed(1, `cp: cannot stat '${source}': ${reasonOf(error)}`);
  }
  noticeChange(world, node, path);
  return ok();
}

function rm(invocation: Invocation): HostResult {
  const { world, node } = invocation;
  const { options, operands } = splitOptions(invocation.args);
  const force = options.has('-f');
  const recursive = options.has('-r') || options.has('-R');
  for (const path of operands) {
    const info = statHostFile(invocation, path);
    if (!info && !force) return failed(1, `rm: cannot remove '${path}': No such file or directory`);
    if (info?.isDirectory() && !recursive) return failed(1, `rm: cannot remove '${path}': Is a directory`);
    rmSync(hostPath(world, node, path), { force: true, recursive });
    noticeChange(world, node, path);
  }
  return ok();
}

function chmod(invocation: Invocation): HostResult {
  const { operands } = splitOptions(invocation.args);
  const [mode = '', ...paths] = operands;
  for (const path of paths) {
    // pmxcfs refuses to change modes, root or not.
    if (isPmxcfs(path)) return failed(1, `chmod: changing permissions of '${path}': Operation not permitted`);
    const info = statHostFile(invocation, path);
    if (!info) return failed(1, `chmod: cannot access '${path}': No such file or directory`);
    const next = /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : symbolic(mode, info.mode);
    if (next === undefined) return failed(1, `chmod: invalid mode: ‘${mode}’`);
    chmodSync(hostPath(invocation.world, invocation.node, path), next);
  }
  return ok();
}

function symbolic(text: string, mode: number): number | undefined {
  const match = /^([ugoa]*)([-+])([rwx]+)$/.exec(text);
  if (!match) return undefined;
  const [, who = '', sign, letters = ''] = match;
  const bits = [...letters].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1 }[letter] ?? 0), 0);
  const all = who === '' || who.includes('a');
  const mask =
    (all || who.includes('u') ? bits << 6 : 0) |
    (all || who.includes('g') ? bits << 3 : 0) |
    (all || who.includes('o') ? bits : 0);
  return sign === '+' ? (mode & 0o7777) | mask : mode & 0o7777 & ~mask;
}

function touch({ world, node, args }: Invocation): HostResult {
  for (const path of splitOptions(args).operands) {
    const real = hostPath(world, node, path);
    try {
      statSync(real);
      const now = world.pace.clock.now() / 1000;
      utimesSync(real, now, now);
    } catch {
      writeFileSync(real, '');
    }
  }
  return ok();
}

function tee(invocation: Invocation): HostResult {
  const { world, node, stdin } = invocation;
  const { options, operands } = splitOptions(invocation.args);
  for (const path of operands) {
    const before =
      options.has('-a') && statHostFile(invocation, path) ? readHostFile(invocation, path) : Buffer.alloc(0);
    const mode = (statHostFile(invocation, path)?.mode ?? 0o644) & 0o7777;
    writeHostFile(world, node, { path, data: Buffer.concat([before, stdin]), mode });
  }
  return ok(stdin);
}
