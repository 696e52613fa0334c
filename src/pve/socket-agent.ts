import { Agent } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Speaks HTTP over one socket that is open and checked already. */
export class SocketAgent extends Agent {
  #socket: TLSSocket | undefined;

  constructor(socket: TLSSocket) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    this.#socket = socket;
  }

  override createConnection(
    _options: unknown,
    created?: (error: Error | null, socket: TLSSocket) => void,
  ): TLSSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket && !socket.destroyed) return socket;
    // Asked twice: the socket was closed while it was idle, and nothing of this request has gone out.
    created?.(Object.assign(new Error('closed while idle'), { code: 'ESTALE' }), undefined as never);
    return undefined;
  }
}
