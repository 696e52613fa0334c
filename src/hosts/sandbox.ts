import { type Agent, request } from 'node:http';
import { CancelledError, TargetError } from '../errors.ts';
import type { Host } from './host.ts';
import { ConnectionLost, lostOf } from './lost.ts';
import { DEFAULT_TIMEOUT, type RawOptions, type RawResult, remoteHost, tookTooLong } from './remote.ts';

/** The way to the hosts of a running sandbox; asked anew for each command, since it may be restarted. */
export interface SandboxAccess {
  /** Speaks over a connection that is open and whose certificate is checked. For one command at a time. */
  agent: Agent;
  /** Gives the connection back; one that failed is not given back. */
  done(): void;
  hostSecret: string;
}

/** A simulated node's host: `POST /sandbox/host/<node>/exec`. */
export function sandboxHost(node: string, access: () => Promise<SandboxAccess>): Host {
  return remoteHost(node, async (argv, options) => {
    const first = await attempt(node, argv, options, await access()).catch((error: unknown) => {
      const lost = lostOf(error);
      if (lost && (options.repeatable || !lost.sent)) return undefined;
      throw error;
    });
    return first ?? attempt(node, argv, options, await access());
  });
}

function attempt(
  node: string,
  argv: readonly string[],
  options: RawOptions,
  access: SandboxAccess,
): Promise<RawResult> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  const stdin = options.input === undefined ? {} : { stdin: Buffer.from(options.input).toString('base64') };
  return new Promise((resolve, reject) => {
    const outgoing = request({
      agent: access.agent,
      method: 'POST',
      path: `/sandbox/host/${encodeURIComponent(node)}/exec`,
      headers: { 'content-type': 'application/json', 'x-sandbox-secret': access.hostSecret },
      timeout,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    outgoing.on('timeout', () => outgoing.destroy(tookTooLong(node, argv, timeout)));
    outgoing.on('error', (error) =>
      reject(options.signal?.aborted ? new CancelledError() : lost(node, error)),
    );
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (body += part));
      incoming.on('error', (error) => reject(lost(node, error)));
      incoming.on('end', () => {
        const result = parse(body);
        if (incoming.statusCode === 200 && result) access.done();
        else access.agent.destroy();
        if (incoming.statusCode === 200 && result) resolve(result);
        else reject(new TargetError('the sandbox ran no command', { where: node, why: body.slice(0, 200) }));
      });
    });
    outgoing.end(JSON.stringify({ argv, ...stdin }));
  });
}

function parse(body: string): RawResult | undefined {
  try {
    const { data } = JSON.parse(body) as { data?: Record<string, unknown> | null };
    const { exitCode, stdout, stderr } = data ?? {};
    if (typeof exitCode !== 'number') return undefined;
    return {
      exitCode,
      stdout: Buffer.from(String(stdout ?? ''), 'base64'),
      stderr: Buffer.from(String(stderr ?? ''), 'base64'),
    };
  } catch {
    return undefined;
  }
}

function lost(node: string, error: Error): Error {
  if (error.name === 'CommandError') return error;
  const code = 'code' in error ? String(error.code) : 'ECONNRESET';
  const cause = new ConnectionLost(code, code !== 'ECONNREFUSED' && code !== 'ESTALE', error);
  return new TargetError('the sandbox does not answer', {
    where: node,
    fix: 'proxwright sandbox status',
    cause,
  });
}
