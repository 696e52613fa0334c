import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, CommandError, TargetError } from '../../src/errors.ts';
import type { Host } from '../../src/hosts/host.ts';
import { localCommands, localHost } from '../../src/hosts/local.ts';
import { type RunCommand, remoteHost } from '../../src/hosts/remote.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxwright-host-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = { node: 'pve1', env: { PATH: process.env.PATH, SEEN: 'yes' } };

/** sshd gives commands a pipe, Node a socket, which /dev/stdin does not open. */
const piped: RunCommand = (argv, extra) =>
  localCommands(options)(argv[0] === 'install' ? ['sh', '-c', 'cat | "$@"', 'sh', ...argv] : argv, extra);

/** The same contract by the file system, and by plain commands as they go over ssh. */
describe.each<[string, Host]>([
  ['local', localHost(options)],
  ['remote', remoteHost('pve1', piped)],
])('%s host', (name, host) => {
  const at = (file: string) => join(folder, name, file);

  test('argv, input, both outputs, exit code', async () => {
    const script = 'cat; printf "%s|" "$@"; echo err >&2; exit 7';
    const done = await host.run(['sh', '-c', script, 'sh', 'a b', '$HOME', ''], { input: 'in ' });
    expect(done).toEqual({ exitCode: 7, stdout: 'in a b|$HOME||', stderr: 'err\n' });
  });

  test('the given environment and none beside it', async () => {
    const done = await host.run(['sh', '-c', 'echo "$SEEN/$HOME/$LC_ALL"']);
    expect(done.stdout).toBe('yes//C.UTF-8\n');
  });

  test('a command that is not there has exit code 127', async () => {
    expect(await host.run(['no-such-command-here'])).toMatchObject({ exitCode: 127 });
  });

  test('a command that takes too long is ended', async () => {
    const error = await host.run(['sleep', '60'], { timeout: 50 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toContain('sleep took longer than 0.05 s');
  });

  test('a command is cancelled', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    await expect(host.run(['sleep', '60'], { signal: stop.signal })).rejects.toThrow(CancelledError);
  });

  test('a file: written whole with its mode, read, replaced, removed', async () => {
    const file = at("a folder/it's $HOME");
    expect(await host.read(file)).toBeUndefined();
    const bytes = Buffer.from([0, 255, 10, 13, 39]);
    await host.write(file, bytes, { mode: 0o600 });
    expect(statSync(file).mode & 0o7777).toBe(0o600);
    expect(await host.read(file)).toEqual(bytes);
    await host.write(file, 'é', { mode: 0o755 });
    expect(statSync(file).mode & 0o7777).toBe(0o755);
    expect((await host.read(file))?.toString()).toBe('é');
    expect(readdirSync(at('a folder'))).toHaveLength(1);
    await host.remove(file);
    await host.remove(file);
    expect(await host.read(file)).toBeUndefined();
  });

  test('an empty file, and one of 3 MiB', async () => {
    await host.write(at('empty'), '', { mode: 0o644 });
    expect(await host.read(at('empty'))).toEqual(Buffer.alloc(0));
    const big = Buffer.alloc(3 * 1024 * 1024, 7);
    await host.write(at('big'), big, { mode: 0o644 });
    expect((await host.read(at('big')))?.equals(big)).toBe(true);
  });

  test('a write that fails leaves nothing behind', async () => {
    await host.write(at('dir/inner'), 'x', { mode: 0o644 });
    // A folder stands where the file should go.
    await expect(host.write(at('dir'), 'x', { mode: 0o644 })).rejects.toThrow();
    await expect(host.write(at('dir/inner/below'), 'x', { mode: 0o644 })).rejects.toThrow(CommandError);
    expect(readdirSync(at('.')).filter((file) => file.startsWith('.'))).toEqual([]);
    await expect(host.read(at('dir'))).rejects.toThrow(CommandError);
    chmodSync(at('dir'), 0o755);
  });

  test('no secret where the cluster file system would show it', async () => {
    const error = await host.write('/etc/pve/x.cfg', 'x', { mode: 0o600 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TargetError);
  });
});
