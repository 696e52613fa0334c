import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TargetError } from '../errors.ts';
import { type KnownHost, knownHostLine, parseKnownHosts } from '../hosts/known-hosts.ts';
import type { SshConnection } from '../hosts/ssh.ts';
import { sshConnection } from '../hosts/ssh.ts';
import type { SshKey } from '../hosts/ssh-auth.ts';
import type { TargetEnvironment } from './environment.ts';
import type { SshSpec } from './spec.ts';

/** A connection with the user's own keys, agent and known hosts. */
export async function openSsh(spec: SshSpec, environment: TargetEnvironment): Promise<SshConnection> {
  const { env, home, confirmHostKey, passphrase } = environment;
  const userFile = join(home, '.ssh', 'known_hosts');
  const agent = env.SSH_AUTH_SOCK;
  return sshConnection({
    host: spec.host,
    port: spec.port,
    user: spec.user,
    keys: await readKeys(spec, environment),
    knownHosts: await readKnownHosts([userFile, '/etc/ssh/ssh_known_hosts']),
    ...(agent ? { agent } : {}),
    ...(spec.password ? { password: spec.password } : {}),
    ...(passphrase ? { passphrase } : {}),
    ...(confirmHostKey
      ? {
          async confirmHostKey(seen) {
            if (!(await confirmHostKey(seen))) return false;
            await remember(userFile, knownHostLine(seen.host, seen.port, seen.key));
            return true;
          },
        }
      : {}),
  });
}

/** In the order of OpenSSH's IdentityFile. */
const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

async function readKeys(spec: SshSpec, { home, cwd }: TargetEnvironment): Promise<SshKey[]> {
  if (spec.identity !== undefined) {
    const path = resolve(cwd, spec.identity.replace(/^~(?=\/)/, home));
    try {
      return [{ path, content: await readFile(path), chosen: true }];
    } catch (error) {
      throw new TargetError('the private key cannot be read', {
        where: path,
        why: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
  }
  const keys: SshKey[] = [];
  for (const name of USUAL_KEYS) {
    const path = join(home, '.ssh', name);
    const content = await readFile(path).catch(() => undefined);
    if (content) keys.push({ path, content, chosen: false });
  }
  return keys;
}

async function readKnownHosts(files: readonly string[]): Promise<KnownHost[]> {
  const hosts: KnownHost[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    hosts.push(...parseKnownHosts(text, file).hosts);
  }
  return hosts;
}

async function remember(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const before = await readFile(file, 'utf8').catch(() => '');
  await appendFile(file, before === '' || before.endsWith('\n') ? line : `\n${line}`, { mode: 0o600 });
}
