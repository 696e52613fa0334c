import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TargetError } from '../errors.ts';
import { type KnownHost, knownHostLine, parseKnownHosts } from '../hosts/known-hosts.ts';
import type { SshOptions } from '../hosts/ssh.ts';
import type { SshKey } from '../hosts/ssh-auth.ts';
import type { TargetEnvironment } from './environment.ts';
import type { SshSpec } from './spec.ts';
import type { SshWay } from './ssh-config.ts';

/** What the user's own files give for a way: keys, known hosts; and how an unknown host is asked about. */
export async function sshOptions(
  spec: SshSpec,
  way: SshWay,
  environment: TargetEnvironment,
): Promise<SshOptions> {
  const { confirmHostKey, passphrase } = environment;
  const { host, port, user, agent, hostKeyAlias } = way;
  const [userFile] = way.knownHosts;
  return {
    host,
    port,
    user,
    keys: await readKeys(spec, way, environment),
    knownHosts: await readKnownHosts(way.knownHosts),
    ...(agent ? { agent } : {}),
    ...(hostKeyAlias ? { hostKeyAlias } : {}),
    ...(spec.password ? { password: spec.password } : {}),
    ...(passphrase ? { passphrase } : {}),
    ...(confirmHostKey
      ? {
          async confirmHostKey(seen) {
            if (!(await confirmHostKey(seen))) return false;
            if (userFile) await remember(userFile, knownHostLine(seen.host, seen.port, seen.key));
            return true;
          },
        }
      : {}),
  };
}

async function readKeys(spec: SshSpec, way: SshWay, { home, cwd }: TargetEnvironment): Promise<SshKey[]> {
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
  for (const path of way.identities) {
    const content = await readFile(path).catch(() => undefined);
    if (content) keys.push({ path, content, chosen: way.identitiesOnly });
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
