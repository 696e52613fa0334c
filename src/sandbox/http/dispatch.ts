import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Given } from '../api/given.ts';
import { Call, type Method, type Route, type Upload } from '../api/route.ts';
import type { RouteTable } from '../api/route-table.ts';
import { checkPermission } from '../auth/check.ts';
import { identify } from '../auth/identify.ts';
import type { Identity } from '../auth/permissions.ts';
import { denied, fail, Refusal } from '../refusal.ts';
import { checkParameters, type RawValues, type Values } from '../schema/check.ts';
import { unknownNode } from '../state/nodes.ts';
import type { World } from '../world.ts';
import { readBody, readForm } from './body.ts';
import { readMultipart } from './multipart.ts';

export interface ApiRequest {
  readonly message: IncomingMessage;
  readonly method: Method;
  /** Below /api2/json, without the query. */
  readonly path: string;
  readonly query: string;
  /** An injected fault for the task that this call starts. */
  readonly sabotage?: string;
}

/** A 401 that carries no body, unlike a failed login. */
export class Unauthorized extends Refusal {}

/**
 * Takes one API request through the steps of the real server, in its order: who is it, which call, may they,
 * which node, are the parameters right; then the work.
 */
export async function dispatch(world: World, table: RouteTable, request: ApiRequest): Promise<unknown> {
  const { method, path } = request;
  const found = table.find(method, path);
  const isOpen = found?.route.permission?.user === 'world';
  const who = isOpen ? { userid: '' } : identifyOrRefuse(world, request);
  if (!found) throw new Refusal(501, `Method '${method} ${path}' not implemented`);
  const { route } = found;
  if (route.noToken && who.tokenid !== undefined) {
    throw denied(`URI '${path}' not available with API token, need proper ticket.`);
  }
  const { raw, upload } = await readParameters(world, request, found.names);
  try {
    const asText: Values = {};
    for (const [name, value] of Object.entries(raw)) {
      asText[name] = typeof value === 'string' || typeof value === 'number' ? value : '';
    }
    checkPermission(world, route.permission, { who, values: asText });
    if (route.proxied && !world.nodes.find(found.names.node ?? '')) throw unknownNode(found.names.node ?? '');
    return await handle(world, route, { raw, who, request, upload });
  } finally {
    if (upload) rmSync(upload.path, { force: true });
  }
}

async function handle(
  world: World,
  route: Route,
  asked: { raw: RawValues; who: Identity; request: ApiRequest; upload: Upload | undefined },
): Promise<unknown> {
  const values = checkParameters(route.parameters, asked.raw);
  if (route.ms !== undefined) await world.pace.wait(route.ms);
  const { sabotage } = asked.request;
  const call = new Call(world, {
    who: asked.who,
    values,
    given: new Given(values),
    ...(asked.upload ? { upload: asked.upload } : {}),
    ...(sabotage === undefined ? {} : { sabotage }),
  });
  const answer = await route.handle(call);
  return route.method === 'GET' ? world.conditions.answer(asked.request.path, answer) : answer;
}

function identifyOrRefuse(world: World, request: ApiRequest): Identity {
  try {
    return identify(world, request.message.headers, request.method);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) throw new Unauthorized(401, error.message);
    throw error;
  }
}

async function readParameters(
  world: World,
  request: ApiRequest,
  names: Readonly<Record<string, string>>,
): Promise<{ raw: RawValues; upload: Upload | undefined }> {
  const isMultipart = /^multipart\/form-data/i.test(request.message.headers['content-type'] ?? '');
  const given: Record<string, unknown> = { ...readForm(request.query) };
  let upload: Upload | undefined;
  if (request.method !== 'GET' && isMultipart) upload = await readUpload(world, request, given);
  else if (request.method !== 'GET') Object.assign(given, await readBody(request.message));
  for (const [name, value] of Object.entries(names)) {
    if (given[name] !== undefined && String(given[name]) !== value) {
      const text = `Parameter verification failed - duplicate parameter '${name}' with conflicting values`;
      throw new Refusal(400, text);
    }
    given[name] = value;
  }
  return { raw: given, upload };
}

async function readUpload(world: World, request: ApiRequest, given: Record<string, unknown>) {
  if (!request.path.endsWith('/upload')) throw fail('multipart uploads are for /upload only');
  const folder = join(world.stateDir, 'uploads');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `pveupload-${randomBytes(16).toString('hex')}`);
  const { fields, file } = await readMultipart(request.message, path);
  Object.assign(given, fields);
  if (!file) return undefined;
  given.filename = file.filename;
  return { filename: file.filename, path, size: file.size };
}
