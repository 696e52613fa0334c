import { clusterNodeHost } from '../hosts/cluster-node.ts';
import type { Host } from '../hosts/host.ts';
import { localCommands, localHost } from '../hosts/local.ts';
import { type RunCommand, remoteHost } from '../hosts/remote.ts';
import { sshPlace } from '../hosts/ssh-errors.ts';
import { fetchHttp, streamHttp } from '../images/http.ts';
import { mintedAuth, mintTicket } from '../pve/auth.ts';
import { createPve } from '../pve/client.ts';
import { systemClock } from '../pve/clock.ts';
import { type Endpoint, openConnection } from '../pve/connect.ts';
import { SocketAgent } from '../pve/socket-agent.ts';
import type { Target } from '../target.ts';
import { clientOptions } from './client-options.ts';
import type { TargetEnvironment } from './environment.ts';
import { openSsh } from './open-ssh.ts';
import { type Probe, probeNode } from './probe.ts';
import type { SshSpec } from './spec.ts';

/** The node that we run on, as root. */
export async function openLocal(apiPort: number, environment: TargetEnvironment): Promise<Target> {
  const { env } = environment;
  const probe = await probeNode(localHost({ node: 'this machine', env }));
  const first = localHost({ node: probe.node, env });
  const hosts = hostsOf(probe, first, localCommands({ node: probe.node, env }));
  const endpoint = { host: '127.0.0.1', port: apiPort, ...probe.trust };
  return nodeTarget({ kind: 'local', label: probe.node, hosts, endpoint, close: () => {} }, environment);
}

/** A node reached by ssh; its API through a tunnel to its loopback. */
export async function openOverSsh(
  { ssh, apiPort }: { ssh: SshSpec; apiPort: number },
  environment: TargetEnvironment,
): Promise<Target> {
  const connection = await openSsh(ssh, environment);
  try {
    const probe = await probeNode(remoteHost(sshPlace(connection.place), connection.run));
    const hosts = hostsOf(probe, remoteHost(probe.node, connection.run), connection.run);
    const connect = () => connection.tunnel('127.0.0.1', apiPort);
    const endpoint = { host: ssh.host, port: apiPort, ...probe.trust, connect };
    const close = () => connection.close();
    return nodeTarget({ kind: 'ssh', label: ssh.host, hosts, endpoint, close }, environment);
  } catch (error) {
    connection.close();
    throw error;
  }
}

export interface Hosts {
  first: Host;
  host(node: string): Host | undefined;
}

/** The first node's host, and by it those of the other nodes of its cluster. */
export function hostsOf(probe: Probe, first: Host, run: RunCommand): Hosts {
  const others = new Map<string, Host>();
  for (const [node, address] of probe.addresses) {
    if (node !== probe.node) others.set(node, clusterNodeHost({ node, address, run }));
  }
  return { first, host: (node) => (node === probe.node ? first : others.get(node)) };
}

interface NodeTarget {
  kind: 'local' | 'ssh';
  label: string;
  hosts: Hosts;
  endpoint: Endpoint;
  close(): void;
}

function nodeTarget(
  { kind, label, hosts, endpoint, close }: NodeTarget,
  environment: TargetEnvironment,
): Target {
  const now = (environment.clock ?? systemClock).now;
  const auth = mintedAuth(() => mintTicket(hosts.first), now);
  const pve = createPve({ ...clientOptions(environment), endpoint: async () => endpoint, auth });
  return {
    kind,
    label,
    facts: { kind, label, hasHost: true },
    pve,
    firstNode: hosts.first.node,
    host: hosts.host,
    fetch: fetchHttp,
    fetchStream: streamHttp,
    imageKeys: [],
    agent: async () => new SocketAgent(await openConnection(endpoint, environment.signal)),
    async close() {
      await pve.close();
      close();
    },
  };
}
