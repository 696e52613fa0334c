import type { SocketAgent } from '../pve/socket-agent.ts';

/** Well below what a server waits for a next request, so that none is closed while it is taken. */
const FRESH = 1_000;

export interface IdleAgents {
  /** One that was given back a moment ago for this port, or undefined. */
  take(port: number): SocketAgent | undefined;
  give(port: number, agent: SocketAgent): void;
  close(): void;
}

/** Connections between two uses: a TLS handshake costs more than a simulated command. */
export function idleAgents(now: () => number): IdleAgents {
  let idle: { agent: SocketAgent; port: number; since: number }[] = [];
  return {
    take(port) {
      const usable = idle.filter(
        (one) => one.port === port && now() - one.since < FRESH && isOpen(one.agent),
      );
      for (const { agent } of idle.filter((one) => !usable.includes(one))) agent.destroy();
      const taken = usable.pop();
      idle = usable;
      return taken?.agent;
    },
    give(port, agent) {
      idle.push({ agent, port, since: now() });
    },
    close() {
      for (const { agent } of idle.splice(0)) agent.destroy();
    },
  };
}

/** Its server may have gone meanwhile, with all connections. */
function isOpen({ freeSockets }: SocketAgent): boolean {
  return Object.values(freeSockets).some((sockets) => sockets?.some((socket) => !socket.destroyed));
}
