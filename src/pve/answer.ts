import { ApiError, type ErrorParts } from '../errors.ts';
import type { HttpAnswer } from './exchange.ts';

interface Asked {
  method: string;
  /** Without query. */
  path: string;
  user: string;
}

/** What the node said, as an error that names the parameters or the missing privilege. */
export function refusalOf(answer: HttpAnswer, asked: Asked): ApiError {
  const body = jsonOf(answer.body);
  const message = textOf(body.message) || answer.reason.trim() || `status ${answer.status}`;
  const parameters = parametersOf(body.errors);
  const request = { status: answer.status, method: asked.method, path: asked.path, parameters };
  const named = Object.entries(parameters).map(([name, text]) => `${name}: ${text}`);
  if (named.length > 0) return new ApiError(`${message.replace(/\.$/, '')}: ${named.join('; ')}`, request);
  if (answer.status === 403) return new ApiError(message, request, permissionParts(message, asked.user));
  return new ApiError(message, request, ON_THE_WAY[answer.status] ?? {});
}

/** The object in a body, or an empty one where the body is no JSON object. */
export function jsonOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function parametersOf(errors: unknown): Record<string, string> {
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([name, text]) => [name, textOf(text)]));
}

/** PVE ends its texts with a line feed, and nests them in lines. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().replace(/\s*\n\s*/g, ' ') : '';
}

/** `Permission check failed (/vms/100, VM.Clone)`; alternatives stand as `VM.Clone|VM.Audit`. */
function permissionParts(message: string, user: string): ErrorParts {
  const [, path, privileges] = /\((\/[^,()]*),\s*([A-Za-z.|, ]+)\)/.exec(message) ?? [];
  if (!path || !privileges) {
    return {
      why: `${user} may not do this`,
      fix: `pveum user permissions '${user}' shows what it may do; the access workflow makes a role that fits`,
    };
  }
  const who = user.includes('!') ? `--tokens '${user}'` : `--users '${user}'`;
  return {
    why: `${user} lacks the privilege ${privileges.replaceAll('|', ' or ')} on ${path}`,
    fix: `as root on a node: pveum acl modify ${path} ${who} --roles ROLE, where ROLE holds ${privileges.split('|')[0]}`,
  };
}

const ON_THE_WAY: Readonly<Record<number, ErrorParts>> = {
  595: { why: 'the node that answers could not reach the node that is asked for' },
  596: { why: 'the node that is asked for did not answer within 30 s, or broke off' },
  599: { why: 'the request could not be passed on to the node that is asked for' },
  501: { why: 'this version of Proxmox VE has no such call' },
};
