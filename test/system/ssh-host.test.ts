import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, CommandError, TargetError } from '../../src/errors.ts';
import type { SeenHostKey } from '../../src/hosts/host-key.ts';
import { parseKnownHosts } from '../../src/hosts/known-hosts.ts';
import { remoteHost } from '../../src/hosts/remote.ts';
import { type SshConnection, type SshOptions, sshConnection } from '../../src/hosts/ssh.ts';
import { Secret } from '../../src/plan/secret.ts';
import { tokenAuth } from '../../src/pve/auth.ts';
import { createPve } from '../../src/pve/client.ts';
import { isTransient, mayHaveHappened } from '../../src/pve/transient.ts';
import { data, strictServer } from '../pve/strict-server.ts';
import { type Sshd, sshdMissing, startSshd } from './sshd.ts';

const missing = sshdMissing();
if (missing && process.env.CI) throw new Error(missing);

describe.skipIf(missing !== undefined)(`ssh host${missing ? ` (${missing})` : ''}`, () => {
  let sshd: Sshd;
  const open: SshConnection[] = [];
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.close();
  });
  afterAll(() => sshd.remove());

  const keyAt = (name: string, chosen = false) => {
    const path = join(sshd.folder, name);
    return { path, content: readFileSync(path), chosen };
  };

  function connect(more: Partial<SshOptions> = {}): SshConnection {
    const connection = sshConnection({
      host: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      keys: [keyAt('id')],
      knownHosts: parseKnownHosts(sshd.knownHosts, 'known_hosts').hosts,
      ...more,
    });
    open.push(connection);
    return connection;
  }

  const hostBy = (more?: Partial<SshOptions>) => remoteHost('pve1', connect(more).run);

  const failure = (promise: Promise<unknown>): Promise<TargetError> =>
    promise.then(
      () => expect.fail('was no failure'),
      (error: TargetError) => error,
    );

  test('argv, both outputs, exit code', async () => {
    const script = 'printf "%s|" "$@"; echo err >&2; exit 7';
    const done = await hostBy().run(['sh', '-c', script, 'sh', "it's", '$HOME', 'a\nb', '', '-x', 'é']);
    expect(done).toEqual({ exitCode: 7, stdout: "it's|$HOME|a\nb||-x|é|", stderr: 'err\n' });
  });

  test('a command that is not there, and one ended by a signal', async () => {
    const host = hostBy();
    expect(await host.run(['no-such-command-here'])).toMatchObject({ exitCode: 127 });
    expect(await host.run(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ exitCode: 143 });
  });

  test('who waited for a session when all was closed connects no more', async () => {
    const connection = connect();
    const ended = Promise.allSettled(Array.from({ length: 10 }, () => connection.run(['sleep', '1'], {})));
    // Eight of them run; nobody would close what the last two would open.
    await expect.poll(() => sshd.sessions()).toBe(1);
    connection.close();
    expect((await ended).map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    await expect.poll(() => sshd.sessions()).toBe(0);
  });

  test('5 MiB in and out arrive whole', async () => {
    const input = randomBytes(5 * 1024 * 1024);
    const host = hostBy();
    const sum = await host.run(['sha256sum'], { input });
    expect(sum.stdout.split(' ')[0]).toBe(createHash('sha256').update(input).digest('hex'));
    await host.write(join(sshd.folder, 'big'), input, { mode: 0o600 });
    expect((await host.read(join(sshd.folder, 'big')))?.equals(input)).toBe(true);
  });

  test('files: 0600, odd names, replaced, removed, absent', async () => {
    const host = hostBy();
    const file = join(sshd.folder, "a b/it's $HOME");
    expect(await host.read(file)).toBeUndefined();
    await host.write(file, 'secret', { mode: 0o600 });
    expect(statSync(file).mode & 0o7777).toBe(0o600);
    await host.write(file, '#!/bin/sh\n', { mode: 0o755 });
    expect(statSync(file).mode & 0o7777).toBe(0o755);
    expect((await host.read(file))?.toString()).toBe('#!/bin/sh\n');
    await host.remove(file);
    await host.remove(file);
    expect(await host.read(file)).toBeUndefined();
  });

  test('thirty commands at once stay below MaxSessions', async () => {
    const host = hostBy();
    const done = await Promise.all(Array.from({ length: 30 }, (_, at) => host.run(['echo', String(at)])));
    expect(done.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 30 }, (_, at) => at));
  });

  test('a command that takes too long is ended on the far side too', async () => {
    const host = hostBy();
    const mark = join(sshd.folder, 'late');
    const error = await failure(
      host.run(['sh', '-c', `echo $$ > '${mark}'; exec sleep 60`], { timeout: 3_000 }),
    );
    expect(error).toBeInstanceOf(CommandError);
    const pid = readFileSync(mark, 'utf8').trim();
    const isAlive = async () => (await host.run(['sh', '-c', `kill -0 ${pid}`])).exitCode === 0;
    await expect.poll(isAlive, { timeout: 30_000 }).toBe(false);
  });

  test('a command is cancelled', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const error = await failure(hostBy().run(['sleep', '60'], { signal: stop.signal, timeout: 1_000 }));
    expect(error).toBeInstanceOf(CancelledError);
  });

  test('a tunnel carries TLS to a port that only the far side sees', async () => {
    const server = await strictServer((request) => data(request.url));
    const connection = connect();
    const pve = createPve({
      endpoint: async () => ({
        host: 'pve1',
        port: server.port,
        fingerprint: server.fingerprint,
        connect: () => connection.tunnel('127.0.0.1', server.port),
      }),
      auth: tokenAuth('ci@pve!t', new Secret('x')),
    });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => pve.get(`/n/${at}`)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, at) => `/api2/json/n/${at}`));
    expect(server.connections()).toBeLessThanOrEqual(8);
    await pve.close();
    await server.close();
  });

  test('a tunnel to a port where nothing listens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const error = await failure(connect().tunnel('127.0.0.1', port));
    expect(error.message).toBe(`no tunnel to 127.0.0.1:${port} of the node`);
    expect(error.fix).toContain('pveproxy');
    expect(isTransient(error)).toBe(true);
  });

  test('an unknown host key is refused with its fingerprint when nobody can be asked', async () => {
    const error = await failure(hostBy({ knownHosts: [] }).run(['true']));
    expect(error).toBeInstanceOf(TargetError);
    expect(error.message).toBe('the host key is unknown');
    expect(error.why).toMatch(/ssh-ed25519 key SHA256:/);
    expect(error.fix).toContain('ssh-keyscan');
  });

  test('an unknown host key is asked about once, and a no is final', async () => {
    const asked: SeenHostKey[] = [];
    const confirm = (answer: boolean) => async (seen: SeenHostKey) => {
      asked.push(seen);
      return answer;
    };
    const connection = connect({ knownHosts: [], confirmHostKey: confirm(true) });
    const host = remoteHost('pve1', connection.run);
    await host.run(['true']);
    await host.run(['true']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ host: '127.0.0.1', port: sshd.port, keyType: 'ssh-ed25519' });
    expect(asked[0]?.key.equals(sshd.hostKey)).toBe(true);
    await failure(hostBy({ knownHosts: [], confirmHostKey: confirm(false) }).run(['true']));
  });

  test('a changed host key is refused even where somebody would say yes', async () => {
    const other = readFileSync(join(sshd.folder, 'host_1.pub'), 'utf8');
    const { hosts } = parseKnownHosts(`[127.0.0.1]:${sshd.port} ${other}`, 'known_hosts');
    const error = await failure(
      hostBy({ knownHosts: hosts, confirmHostKey: async () => true }).run(['true']),
    );
    expect(error.message).toContain('HOST KEY HAS CHANGED');
    expect(error.why).toContain('known_hosts:1');
  });

  test('a key that is not authorised, and none at all', async () => {
    const refused = await failure(hostBy({ keys: [keyAt('stranger')] }).run(['true']));
    expect(refused.message).toBe('ssh does not let us in');
    expect(refused.why).toContain('stranger');
    const none = await failure(hostBy({ keys: [] }).run(['true']));
    expect(none.why).toContain('neither a key nor an agent');
  });

  test('a key with a passphrase: asked for, wrong, not given', async () => {
    const keys = [keyAt('locked', true)];
    const asked: string[] = [];
    const passphrase = (text: string | undefined) => async (path: string) => {
      asked.push(path);
      return text === undefined ? undefined : new Secret(text);
    };
    expect(await hostBy({ keys, passphrase: passphrase('opens') }).run(['true'])).toMatchObject({
      exitCode: 0,
    });
    expect(asked).toEqual([join(sshd.folder, 'locked')]);
    const wrong = await failure(hostBy({ keys, passphrase: passphrase('not this') }).run(['true']));
    expect(wrong.message).toBe('the passphrase does not open the key');
    const without = await failure(hostBy({ keys }).run(['true']));
    expect(without.why).toContain('needs a passphrase');
  });

  test('an agent that is not there is passed over', async () => {
    const agent = join(sshd.folder, 'no-agent');
    expect(await hostBy({ agent }).run(['true'])).toMatchObject({ exitCode: 0 });
  });

  test('after a lost connection: a read is repeated, another command says that it may have run', async () => {
    const host = hostBy();
    await host.write(join(sshd.folder, 'kept'), 'x', { mode: 0o600 });
    await sshd.dropConnections();
    expect((await host.read(join(sshd.folder, 'kept')))?.toString()).toBe('x');
    const running = failure(host.run(['sleep', '60'], { timeout: 60_000 }));
    await expect.poll(async () => (await host.run(['true'])).exitCode, { timeout: 30_000 }).toBe(0);
    await sshd.dropConnections();
    const error = await running;
    expect(error.message).toBe('the ssh connection was lost');
    expect([isTransient(error), mayHaveHappened(error)]).toEqual([true, true]);
    expect(await host.run(['true'])).toMatchObject({ exitCode: 0 });
  });

  test('nobody listens; a name that does not exist', async () => {
    await sshd.stop();
    const refused = await failure(hostBy().run(['true']));
    expect(refused.message).toBe('connection refused');
    expect(mayHaveHappened(refused)).toBe(false);
    await sshd.start();
    const unknown = await failure(hostBy({ host: 'no-such-node.invalid' }).run(['true']));
    expect(unknown.where).toContain('no-such-node.invalid');
  });
});
