import { readdirSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import { hostPath, isPmxcfs } from './paths.ts';
import { statHostFile } from './read-files.ts';
import { failed, type HostResult, type Invocation, ok, type Program, splitOptions } from './result.ts';
import { virtualFile } from './virtual.ts';

export const lookPrograms: Readonly<Record<string, Program>> = { ls, stat, test, '[': test };

function ls(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args);
  const lines: string[] = [];
  const wrong: string[] = [];
  for (const path of operands.length === 0 ? ['/root'] : operands) {
    const info = statHostFile(invocation, path);
    const virtual = virtualFile(invocation.world, invocation.node, path) !== undefined;
    if (!info && !virtual) {
      wrong.push(`ls: cannot access '${path}': No such file or directory`);
      continue;
    }
    const names =
      info?.isDirectory() && !options.has('-d')
        ? namesIn(invocation, path, options.has('-a') || options.has('-A'))
        : [path];
    if (operands.length > 1 && info?.isDirectory()) lines.push(`${path}:`);
    lines.push(...names.map((name) => (options.has('-l') ? longLine(invocation, { path, name }) : name)));
  }
  const stdout = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return wrong.length === 0 ? ok(stdout) : failed(2, wrong.join('\n'), stdout);
}

function namesIn({ world, node }: Invocation, path: string, all: boolean): string[] {
  const names = readdirSync(hostPath(world, node, path)).sort();
  return all ? names : names.filter((name) => !name.startsWith('.'));
}

function longLine(invocation: Invocation, entry: { path: string; name: string }): string {
  const path = entry.name === entry.path ? entry.path : join(entry.path, entry.name);
  const info = statHostFile(invocation, path);
  const mode = modeOf(path, info);
  const letters = [...'rwxrwxrwx'].map((letter, bit) => ((mode >> (8 - bit)) & 1 ? letter : '-')).join('');
  const time = new Date(info?.mtimeMs ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  const group = isPmxcfs(path) ? 'www-data' : 'root';
  return `${info?.isDirectory() ? 'd' : '-'}${letters} 1 root ${group} ${info?.size ?? 0} ${time} ${entry.name}`;
}

/** The cluster file system has its own modes, whatever lies on this machine's disk. */
function modeOf(path: string, info: Stats | undefined): number {
  if (!isPmxcfs(path)) return (info?.mode ?? 0o644) & 0o7777;
  const isPrivate = /\/priv(\/|$)/.test(posix.normalize(path));
  if (info?.isDirectory()) return isPrivate ? 0o700 : 0o755;
  return isPrivate ? 0o600 : 0o640;
}

function stat(invocation: Invocation): HostResult {
  const { options, operands } = splitOptions(invocation.args, ['-c']);
  const format = options.get('-c') ?? (options.get('--format') || options.get('--printf'));
  const lines: string[] = [];
  for (const path of operands) {
    const info = statHostFile(invocation, path);
    if (!info) return failed(1, `stat: cannot statx '${path}': No such file or directory`);
    lines.push(
      format
        ? fillStat(format, path, info)
        : `  File: ${path}\n  Size: ${info.size}\nAccess: (${octal(modeOf(path, info)).padStart(4, '0')})  Uid: (    0/    root)   Gid: (    0/    root)`,
    );
  }
  return ok(`${lines.join('\n')}\n`);
}

function fillStat(format: string, path: string, info: Stats): string {
  const values: Readonly<Record<string, string>> = {
    a: octal(modeOf(path, info)),
    f: info.mode.toString(16),
    F: info.isDirectory() ? 'directory' : info.size === 0 ? 'regular empty file' : 'regular file',
    g: '0',
    G: isPmxcfs(path) ? 'www-data' : 'root',
    n: path,
    s: String(info.size),
    u: '0',
    U: 'root',
    Y: String(Math.floor(info.mtimeMs / 1000)),
  };
  return format
    .replace(/%([a-zA-Z])/g, (whole, letter: string) => values[letter] ?? whole)
    .replaceAll('\\n', '\n');
}

function octal(mode: number): string {
  return mode.toString(8);
}

function test(invocation: Invocation): HostResult {
  const words = invocation.args.at(-1) === ']' ? invocation.args.slice(0, -1) : invocation.args;
  const isNot = words[0] === '!';
  const [flag = '', path = '', value] = isNot ? words.slice(1) : words;
  const good =
    value === undefined ? testFile(invocation, flag, path) : path === '=' ? flag === value : flag !== value;
  return good !== isNot ? ok() : failed(1);
}

function testFile(invocation: Invocation, flag: string, path: string): boolean {
  if (flag === '-z') return path === '';
  if (flag === '-n') return path !== '';
  const virtual = virtualFile(invocation.world, invocation.node, path) !== undefined;
  const info = statHostFile(invocation, path);
  if (!info) return virtual && ['-e', '-f', '-r', '-s'].includes(flag);
  if (flag === '-d') return info.isDirectory();
  if (flag === '-f') return info.isFile();
  if (flag === '-s') return info.size > 0;
  if (flag === '-x') return info.isDirectory() || (info.mode & 0o111) !== 0;
  if (flag === '-L' || flag === '-h') return info.isSymbolicLink();
  return ['-e', '-r', '-w'].includes(flag);
}
