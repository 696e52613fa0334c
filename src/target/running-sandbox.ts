import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Endpoint, openConnection } from '../pve/connect.ts';
import type { StartedSandbox } from './environment.ts';

/** Who serves a state folder, and where: `{port, pid}`. */
export const SERVER_FILE = 'server.json';

/**
 * The sandbox that another process runs on this state folder, or undefined. Its `server.json` alone proves
 * nothing after a crash: what listens there has to show the folder's certificate.
 */
export async function findSandbox(stateDir: string): Promise<RunningSandbox | undefined> {
  const server = await readJson(join(stateDir, SERVER_FILE));
  const secrets = await readJson(join(stateDir, 'secrets.json'));
  const certificate = await readFile(join(stateDir, 'tls', 'certificate.pem'), 'utf8').catch(() => undefined);
  const port = server?.port;
  const hostSecret = secrets?.hostSecret;
  if (typeof port !== 'number' || typeof hostSecret !== 'string' || !certificate) return undefined;
  try {
    const socket = await openConnection(sandboxEndpoint({ port, certificate }));
    socket.destroy();
    return { port, certificate, hostSecret, pid: Number(server?.pid) };
  } catch {
    return undefined;
  }
}

export interface RunningSandbox extends Omit<StartedSandbox, 'close' | 'pid'> {
  /** Of the process that serves it. */
  pid: number;
}

/** Its self-made certificate is pinned whole. Throws where the text is no certificate. */
export function sandboxEndpoint({
  port,
  certificate,
}: Pick<StartedSandbox, 'port' | 'certificate'>): Endpoint {
  return { host: '127.0.0.1', port, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
