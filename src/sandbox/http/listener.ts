import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Method } from '../api/route.ts';
import type { RouteTable } from '../api/route-table.ts';
import type { FaultRule, Faults } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import {
  REQUESTS_PER_CONNECTION,
  type Style,
  sendData,
  sendRefusal,
  sendUnauthorized,
  toRefusal,
} from './answer.ts';
import { dispatch, Unauthorized } from './dispatch.ts';
import { handlePrivate } from './private.ts';

export interface Serving {
  world: World;
  readonly table: RouteTable;
  readonly faults: Faults;
}

/** Answers every request of the HTTPS server: the API, and below /sandbox what the real one does not have. */
export function makeListener(serving: () => Serving) {
  const counts = new WeakMap<Socket, number>();
  return (request: IncomingMessage, response: ServerResponse): void => {
    const count = (counts.get(request.socket) ?? 0) + 1;
    counts.set(request.socket, count);
    const close = count >= REQUESTS_PER_CONNECTION || wantsClose(request);
    answer(serving(), request, { response, close }).catch((error: unknown) => {
      // The caller went away, or the sandbox closes: there is nobody to tell.
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
}

function wantsClose(request: IncomingMessage): boolean {
  if (/\bclose\b/i.test(request.headers.connection ?? '')) return true;
  return request.httpVersion === '1.0' && !/keep-alive/i.test(request.headers.connection ?? '');
}

async function answer(
  serving: Serving,
  request: IncomingMessage,
  to: { response: ServerResponse; close: boolean },
): Promise<void> {
  const { response, close } = to;
  const [rawPath = '/', query = ''] = (request.url ?? '/').split('?');
  if (rawPath.startsWith('/sandbox/'))
    return handlePrivate(serving, request, { response, path: rawPath, close });
  const match = /^\/api2\/(json|extjs)(\/.*)?$/.exec(rawPath);
  const style: Style = { format: match?.[1] === 'extjs' ? 'extjs' : 'json', close };
  if (!match) {
    sendRefusal(response, new Refusal(404, `no such file '${rawPath}'`), { format: 'json', close });
    return;
  }
  const method = (request.method ?? 'GET') as Method;
  const path = match[2] ?? '/';
  const strikes = serving.faults.strike(method, path);
  if (strikes.some((rule) => rule.kind === 'reset')) {
    request.socket.destroy();
    return;
  }
  try {
    await strikeBefore(strikes, {
      path,
      wait: (ms) => serving.world.pace.clock.sleep(ms, AbortSignal.timeout(600_000)),
    });
    const sabotage = strikes.find((rule) => rule.kind === 'task-failure');
    const result = await dispatch(serving.world, serving.table, {
      message: request,
      method,
      path,
      query,
      ...(sabotage ? { sabotage: sabotage.text ?? 'injected fault' } : {}),
    });
    if (strikes.some((rule) => rule.kind === 'reset-after')) request.socket.destroy();
    else sendData(response, result, style);
  } catch (error) {
    if (serving.world.pace.closed) request.socket.destroy();
    else if (error instanceof Unauthorized) sendUnauthorized(response, error.message);
    else sendRefusal(response, toRefusal(error), style);
  }
}

async function strikeBefore(
  strikes: readonly FaultRule[],
  on: { path: string; wait: (ms: number) => Promise<void> },
): Promise<void> {
  for (const rule of strikes) {
    if (rule.kind === 'delay') await on.wait(rule.ms ?? 1000);
    if (rule.kind === 'status') throw new Refusal(rule.status ?? 500, rule.text ?? 'injected fault');
    if (rule.kind === 'lock-timeout') {
      const vmid = /\/qemu\/(\d+)/.exec(on.path)?.[1] ?? '100';
      throw new Refusal(500, `can't lock file '/var/lock/qemu-server/lock-${vmid}.conf' - got timeout`);
    }
  }
}
