import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError } from '../errors.ts';
import { sandboxHost } from '../hosts/sandbox.ts';
import { mintedAuth, mintTicket } from '../pve/auth.ts';
import { createPve } from '../pve/client.ts';
import { systemClock } from '../pve/clock.ts';
import { openConnection } from '../pve/connect.ts';
import { SocketAgent } from '../pve/socket-agent.ts';
import type { Target } from '../target.ts';
import { clientOptions } from './client-options.ts';
import type { StartedSandbox, TargetEnvironment } from './environment.ts';
import { mirrorFetch } from './mirror.ts';
import { findSandbox, sandboxEndpoint } from './running-sandbox.ts';

/** The practice cluster: the one that runs on the state folder already, else one within this process. */
export async function openSandbox(environment: TargetEnvironment): Promise<Target> {
  const { sandbox, clock = systemClock } = environment;
  const finder = sandboxFinder(sandbox);
  try {
    await finder.current();
    const access = async () => {
      const running = await finder.current();
      // Without the signal: a cancelled run still gives its lock back on the host.
      const socket = await openConnection(sandboxEndpoint(running));
      return { agent: new SocketAgent(socket), hostSecret: running.hostSecret };
    };
    const firstNode = (await nodesIn(sandbox.stateDir))[0] ?? 'pve1';
    const pve = createPve({
      ...clientOptions(environment),
      endpoint: async () => sandboxEndpoint(await finder.current()),
      auth: mintedAuth(() => mintTicket(sandboxHost(firstNode, access)), clock.now),
    });
    const nodes = await pve.get<readonly { node: string }[]>('/nodes');
    const hosts = new Map(nodes.map(({ node }) => [node, sandboxHost(node, access)]));
    const mirror = mirrorFetch(async () => (await access()).agent);
    return {
      kind: 'sandbox',
      label: 'sandbox',
      facts: { kind: 'sandbox', label: 'sandbox', hasHost: true },
      pve,
      firstNode,
      host: (node) => hosts.get(node),
      fetch: mirror.fetch,
      fetchStream: mirror.fetchStream,
      imageKeys: [await mirror.key()],
      agent: async () => (await access()).agent,
      async close() {
        await pve.close();
        await finder.close();
      },
    };
  } catch (error) {
    await finder.close();
    throw error;
  }
}

type Running = Omit<StartedSandbox, 'close'> & { close?: () => Promise<void> };

/** Knows the sandbox to talk to. One of another process may go away in between; ours then takes its place. */
function sandboxFinder(sandbox: TargetEnvironment['sandbox']) {
  let found: Promise<Running> | undefined;
  let closed = false;

  async function find(): Promise<Running> {
    // A request that was under way must not bring the sandbox back to life.
    if (closed) throw new CancelledError('the sandbox was left');
    return (await findSandbox(sandbox.stateDir)) ?? (await sandbox.start(sandbox.stateDir));
  }

  /** `known` is gone: the first who sees that looks for another, and the rest wait for what he finds. */
  async function again(known: Promise<Running>): Promise<Running> {
    if (found === known) found = find();
    return found ?? find();
  }

  return {
    async current(): Promise<Running> {
      found ??= find();
      const known = found;
      const running = await known;
      const isOurs = running.close !== undefined && running.pid === undefined;
      if (isOurs) return running;
      const now = await findSandbox(sandbox.stateDir);
      return now?.port === running.port ? running : again(known);
    },
    async close(): Promise<void> {
      closed = true;
      await (await found?.catch(() => undefined))?.close?.();
      found = undefined;
    },
  };
}

/** The sandbox's cluster file system lies in its state folder. */
async function nodesIn(stateDir: string): Promise<string[]> {
  const names = await readdir(join(stateDir, 'etc', 'pve', 'nodes')).catch(() => []);
  return names.sort();
}
