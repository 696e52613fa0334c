import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TargetError } from '../errors.ts';
import { remoteHost } from '../hosts/remote.ts';
import { sshPlace } from '../hosts/ssh-errors.ts';
import { fetchHttp, streamHttp } from '../images/http.ts';
import { Secret } from '../plan/secret.ts';
import { type Auth, passwordAuth, tokenAuth } from '../pve/auth.ts';
import { createPve } from '../pve/client.ts';
import { systemClock } from '../pve/clock.ts';
import { type Endpoint, openConnection } from '../pve/connect.ts';
import type { Pve } from '../pve/pve.ts';
import { SocketAgent } from '../pve/socket-agent.ts';
import type { Target } from '../target.ts';
import { clientOptions } from './client-options.ts';
import type { TargetEnvironment } from './environment.ts';
import { type Hosts, hostsOf } from './node-target.ts';
import { type OpenedSsh, openSsh } from './open-ssh.ts';
import { probeNode } from './probe.ts';
import { type HttpsSpec, type SshSpec, splitToken } from './spec.ts';

/** A cluster's API from afar, and its hosts where an ssh target stands beside it. */
export async function openHttps(
  { https, ssh }: { https: HttpsSpec; ssh?: SshSpec },
  environment: TargetEnvironment,
): Promise<Target> {
  const endpoint = await endpointOf(https, environment);
  const now = (environment.clock ?? systemClock).now;
  const pve = createPve({
    ...clientOptions(environment),
    endpoint: async () => endpoint,
    auth: authOf(https, now),
  });
  let connection: OpenedSsh | undefined;
  const close = async () => {
    await pve.close();
    connection?.close();
  };
  try {
    const firstNode = await firstNodeOf(pve);
    connection = ssh && (await openSsh(ssh, environment));
    const hosts = connection && (await hostsBeside(pve, connection));
    return {
      kind: 'https',
      label: https.host,
      facts: { kind: 'https', label: https.host, hasHost: hosts !== undefined },
      pve,
      firstNode,
      host: hosts?.host ?? (() => undefined),
      fetch: fetchHttp,
      fetchStream: streamHttp,
      imageKeys: [],
      agent: async () => new SocketAgent(await openConnection(endpoint, environment.signal)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function endpointOf(https: HttpsSpec, { cwd, home, warn }: TargetEnvironment): Promise<Endpoint> {
  const { host, port, fingerprint, ca, insecure } = https;
  if (insecure) {
    warn(
      `--insecure: whoever answers at ${host}:${port} is believed to be your node, and gets your credentials`,
    );
    return { host, port, insecure };
  }
  if (ca === undefined) return { host, port, ...(fingerprint ? { fingerprint } : {}) };
  const path = resolve(cwd, ca.replace(/^~(?=\/)/, home));
  try {
    return { host, port, ca: await readFile(path, 'utf8'), ...(fingerprint ? { fingerprint } : {}) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TargetError('the CA certificate cannot be read', { where: path, why, cause: error });
  }
}

function authOf({ auth }: HttpsSpec, now: () => number): Auth {
  if ('user' in auth) return passwordAuth(auth.user, auth.password, now);
  const { id, secret } = splitToken(auth.token);
  return tokenAuth(id, new Secret(secret));
}

/** The node that answers, where we may know that; else any that is online. */
async function firstNodeOf(pve: Pve): Promise<string> {
  const nodes = await pve.get<readonly { node: string; status?: string }[]>('/nodes');
  if (nodes.length > 1) {
    const status = await pve
      .get<readonly { type: string; name: string; local?: number }[]>('/cluster/status')
      // Needs Sys.Audit on /, which a narrow token does without.
      .catch(() => []);
    const local = status.find((entry) => entry.type === 'node' && entry.local);
    if (local) return local.name;
  }
  const first = nodes.find((node) => node.status === 'online') ?? nodes[0];
  if (first) return first.node;
  throw new TargetError('the API names no node', {
    why: `${pve.user} may see none`,
    fix: 'check its permissions',
  });
}

/** Hosts by ssh, once it is certain that they are of the cluster whose API we speak to. */
async function hostsBeside(pve: Pve, connection: OpenedSsh): Promise<Hosts> {
  const probe = await probeNode(remoteHost(sshPlace(connection.place), connection.run));
  const nodes = await pve.get<readonly { node: string }[]>('/nodes');
  if (!nodes.some((entry) => entry.node === probe.node)) {
    throw new TargetError('the ssh target is a node of another cluster', {
      where: sshPlace(connection.place),
      why: `it calls itself ${probe.node}; the API knows ${nodes.map((entry) => entry.node).join(', ')}`,
    });
  }
  return hostsOf(probe, remoteHost(probe.node, connection.run), connection.run);
}
