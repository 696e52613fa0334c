import type { IncomingMessage, ServerResponse } from 'node:http';
import { identify } from '../auth/identify.ts';
import { readFaultRule } from '../faults.ts';
import { execOnHost } from '../host/exec.ts';
import { splitWords } from '../host/words.ts';
import { Refusal } from '../refusal.ts';
import type { Condition } from '../state/conditions.ts';
import { unknownNode } from '../state/nodes.ts';
import { send, sendRefusal, sendUnauthorized, toRefusal } from './answer.ts';
import { readBody } from './body.ts';
import type { Serving } from './listener.ts';

interface Target {
  readonly response: ServerResponse;
  readonly path: string;
  readonly close: boolean;
}

/** The paths that no real node has: faults, host commands, the mirror. */
export async function handlePrivate(serving: Serving, request: IncomingMessage, to: Target): Promise<void> {
  const { response, path, close } = to;
  try {
    if (path.startsWith('/sandbox/mirror')) {
      await serving.world.mirror.serve(request, response, path);
      return;
    }
    requireRoot(serving, request);
    const data = await answer(serving, request, path);
    send(response, { status: 200, reason: 'OK', close, body: { data } });
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal.status === 401) sendUnauthorized(response, refusal.message);
    else sendRefusal(response, refusal, { format: 'json', close });
  }
}

/** Root by ticket, or the secret that lies in the state folder with mode 0600. */
function requireRoot(serving: Serving, request: IncomingMessage): void {
  const secret = request.headers['x-sandbox-secret'];
  if (typeof secret === 'string') {
    if (serving.world.secrets.isHostSecret(secret)) return;
    throw new Refusal(401, 'wrong sandbox secret');
  }
  const who = identify(serving.world, request.headers, request.method ?? 'GET');
  if (who.userid !== 'root@pam' || who.tokenid !== undefined)
    throw new Refusal(403, 'only root@pam may do this');
}

async function answer(serving: Serving, request: IncomingMessage, path: string): Promise<unknown> {
  if (path === '/sandbox/faults') return faults(serving, request);
  return path === '/sandbox/condition' ? condition(serving, request) : host(serving, request, path);
}

/** GET says what is broken, PUT breaks (instead of all before), DELETE heals. */
async function condition({ world }: Serving, request: IncomingMessage): Promise<unknown> {
  if (request.method === 'PUT') world.conditions.replace((await readBody(request)) as Condition);
  else if (request.method === 'DELETE') world.conditions.replace({});
  else if (request.method !== 'GET')
    throw new Refusal(501, `Method '${request.method} /sandbox/condition' not implemented`);
  return world.conditions.all;
}

async function faults(serving: Serving, request: IncomingMessage): Promise<unknown> {
  if (request.method === 'DELETE') serving.faults.clear();
  else if (request.method === 'POST') {
    const body = await readBody(request);
    const given: readonly unknown[] = Array.isArray(body.faults) ? body.faults : [body];
    const rules = given.map(readFaultRule);
    const wrong = rules.find((rule) => typeof rule === 'string');
    if (typeof wrong === 'string') throw new Refusal(400, wrong);
    for (const rule of rules) if (typeof rule !== 'string') serving.faults.add(rule);
  } else if (request.method !== 'GET')
    throw new Refusal(501, `Method '${request.method} /sandbox/faults' not implemented`);
  return serving.faults.list();
}

async function host(serving: Serving, request: IncomingMessage, path: string): Promise<unknown> {
  const node = /^\/sandbox\/host\/([^/]+)\/exec$/.exec(path)?.[1];
  if (node === undefined || request.method !== 'POST') {
    throw new Refusal(501, `Method '${request.method} ${path}' not implemented`);
  }
  if (!serving.world.nodes.find(node)) throw unknownNode(node);
  const body = await readBody(request, 16 * 1024 * 1024);
  const argv = Array.isArray(body.argv) ? body.argv.map(String) : splitWords(String(body.command ?? ''));
  const stdin = Buffer.from(typeof body.stdin === 'string' ? body.stdin : '', 'base64');
  const { exitCode, stdout, stderr } = await execOnHost(serving.world, node, {
    argv,
    stdin,
    table: serving.table,
  });
  return { exitCode, stdout: stdout.toString('base64'), stderr: stderr.toString('base64') };
}
