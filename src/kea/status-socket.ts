import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { TargetError } from '../errors.ts';
import type { KeaStatus } from './status.ts';

/** Answers everybody who connects with the status as JSON. Only root gets at it: folder 0700, socket 0600. */
export async function serveStatus(folder: string, status: () => KeaStatus): Promise<Server> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = statusSocket(folder);
  rmSync(path, { force: true });
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.end(JSON.stringify(status()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made with this mode, not changed to it: nobody connects in between.
    server.listen({ path, readableAll: false, writableAll: false }, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

/** Asks the running agent. Throws TargetError if there is none, or if only root may ask. */
export function readStatus(folder: string): Promise<KeaStatus> {
  const path = statusSocket(folder);
  return new Promise((resolve, reject) => {
    let text = '';
    const connection = connect(path);
    connection.setEncoding('utf8').setTimeout(5_000, () => connection.destroy(new Error('no answer in 5 s')));
    connection.on('data', (part: string) => {
      text += part;
    });
    connection.on('end', () => {
      try {
        const status = JSON.parse(text) as KeaStatus;
        if (status.version !== 1) throw new Error(`its version is ${status.version}, not 1`);
        resolve(status);
      } catch (cause) {
        reject(new TargetError('the Kea agent gave no readable status', { where: path, cause }));
      }
    });
    connection.on('error', (cause: NodeJS.ErrnoException) => reject(explain(cause, path)));
  });
}

function statusSocket(folder: string): string {
  return join(folder, 'kea-agent.sock');
}

function explain(cause: NodeJS.ErrnoException, path: string): TargetError {
  if (cause.code === 'EACCES') {
    return new TargetError('only root may ask the Kea agent', {
      where: path,
      fix: 'sudo proxwright kea status',
      cause,
    });
  }
  return noAgentHere(path, cause.message, cause);
}

/** What is said where no agent answers. */
export function noAgentHere(path: string, why: string, cause?: unknown): TargetError {
  return new TargetError('the Kea agent does not run here', {
    where: path,
    why,
    fix: 'systemctl status proxwright-kea; to install it: proxwright kea install',
    cause,
  });
}
