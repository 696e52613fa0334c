import type { Agent } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Endpoint, openConnection, place } from './connect.ts';
import { SocketAgent } from './socket-agent.ts';

/** One keep-alive connection; the agent knows this socket and no other. */
export interface Connection {
  agent: Agent;
  socket: TLSSocket;
  /** Value of the Host header. */
  host: string;
  requests: number;
  idleSince: number;
}

export interface Pool {
  acquire(signal?: AbortSignal): Promise<Connection>;
  /** Gives it back; `reusable` is false after an error or any status >= 400, when the server closes. */
  release(connection: Connection, reusable: boolean): void;
  close(): void;
}

/** pveproxy serves 100 requests on a connection; stopping short of it, no request meets the close. */
const MOST_REQUESTS = 95;
/** pveproxy closes after 5.0 s without a request (measured). */
const MOST_IDLE = 4_000;

/** Keeps at most `limit` connections within the server's limits. `endpoint` is asked anew for each. */
export function createPool(options: {
  endpoint: () => Promise<Endpoint>;
  limit: number;
  now: () => number;
}): Pool {
  const idle: Connection[] = [];
  const busy = new Set<Connection>();
  const waiting: (() => void)[] = [];
  let taken = 0;

  async function takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (taken < options.limit) {
      taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal?.reason);
      };
      waiting.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  function free(): void {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  }

  function fresh(): Connection | undefined {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (!connection.socket.destroyed && options.now() - connection.idleSince < MOST_IDLE) return connection;
      drop(connection);
    }
    return undefined;
  }

  return {
    async acquire(signal) {
      signal?.throwIfAborted();
      await takePlace(signal);
      try {
        const connection = fresh() ?? (await open(await options.endpoint(), signal));
        connection.requests += 1;
        busy.add(connection);
        return connection;
      } catch (error) {
        free();
        throw error;
      }
    },
    release(connection, reusable) {
      busy.delete(connection);
      connection.idleSince = options.now();
      if (reusable && connection.requests < MOST_REQUESTS) idle.push(connection);
      else drop(connection);
      free();
    },
    close() {
      for (const connection of [...idle.splice(0), ...busy]) drop(connection);
    },
  };
}

async function open(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<Connection> {
  const socket = await openConnection(endpoint, signal);
  return { agent: new SocketAgent(socket), socket, host: place(endpoint), requests: 0, idleSince: 0 };
}

function drop(connection: Connection): void {
  connection.agent.destroy();
  connection.socket.destroy();
}
