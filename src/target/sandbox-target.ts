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
import { idleAgents } from './idle-agents.ts';
import { mirrorFetch } from './mirror.ts';
import { findSandbox, sandboxEndpoint } from './running-sandbox.ts';

/** The practice cluster: the one that runs on the state folder already, else one within this process. */
export async function openSandbox(environment: TargetEnvironment): Promise<Target> {
  const { sandbox, clock = systemClock } = environment;
  const finder = sandboxFinder(sandbox, clock.now);
  const idle = idleAgents(clock.now);
  try {
    await finder.current();
    const access = async () => {
      const glanced = await finder.glance();
      const known = idle.take(glanced.port);
      // A new connection goes to whoever is there now.
      const running = known ? glanced : await finder.current();
      const { port, hostSecret } = running;
      // Without the signal: a cancelled run still gives its lock back on the host.
      const agent = known ?? new SocketAgent(await openConnection(sandboxEndpoint(running)));
      return { agent, hostSecret, done: () => idle.give(port, agent) };
    };
    const connect = async () =>
      new SocketAgent(await openConnection(sandboxEndpoint(await finder.current())));
    const firstNode = (await nodesIn(sandbox.stateDir))[0] ?? 'pve1';
    const pve = createPve({
      ...clientOptions(environment),
      endpoint: async () => sandboxEndpoint(await finder.current()),
      auth: mintedAuth(() => mintTicket(sandboxHost(firstNode, access)), clock.now),
    });
    const nodes = await pve.get<readonly { node: string }[]>('/nodes');
    const hosts = new Map(nodes.map(({ node }) => [node, sandboxHost(node, access)]));
    const mirror = mirrorFetch(connect);
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
      agent: connect,
      async close() {
        idle.close();
        await pve.close();
        await finder.close();
      },
    };
  } catch (error) {
    idle.close();
    await finder.close();
    throw error;
  }
}

type Running = Omit<StartedSandbox, 'close'> & { close?: () => Promise<void> };

/** For so many milliseconds a look at the state folder holds: many commands go out at once. */
const GLANCE = 100;

/** Knows the sandbox to talk to. One of another process may go away in between; ours then takes its place. */
function sandboxFinder(sandbox: TargetEnvironment['sandbox'], now: () => number) {
  let found: Promise<Running> | undefined;
  let closed = false;
  let seen = Number.NEGATIVE_INFINITY;

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

  const current = async (): Promise<Running> => {
    found ??= find();
    const known = found;
    const running = await known;
    if (running.close !== undefined && running.pid === undefined) return running;
    const there = await findSandbox(sandbox.stateDir);
    if (there?.port !== running.port) return again(known);
    seen = now();
    return running;
  };

  return {
    current,
    /** As it was a moment ago: enough for a connection that is open. */
    glance: async (): Promise<Running> => (found && now() - seen < GLANCE ? found : current()),
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
