import { ProxwrightError, TargetError } from '../errors.ts';
import type { ApiKey } from './api-key.ts';

/** What the client needs from the outside. */
export interface MaasEdges {
  fetch(
    url: URL,
    request: {
      method: string;
      headers: Record<string, string>;
      body?: Uint8Array | FormData;
      signal: AbortSignal;
    },
  ): Promise<Response>;
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
}

export interface MaasAccess {
  /** As apiAddress() gives it. */
  base: URL;
  key: ApiKey;
}

export interface MaasRequest {
  method?: 'GET' | 'POST' | 'PUT';
  body?: Uint8Array | FormData;
  type?: string;
}

/** Milliseconds for one answer: a region that checks a chunk of an image takes its time. */
const PATIENCE = 120_000;
/** Milliseconds between tries while MAAS is busy (503), and how many there are: about a minute and a half. */
const BUSY_WAITS = [1000, 2000, 5000, 10_000, 15_000, 30_000, 30_000];

/** One request; the body of its answer. Repeats while MAAS says that it is busy. Throws TargetError. */
export async function askMaas(
  path: string | URL,
  { base, key }: MaasAccess,
  { method = 'GET', body, type, edges }: MaasRequest & { edges: MaasEdges },
): Promise<unknown> {
  const url = new URL(path, base);
  // The key is for this server alone.
  if (url.origin !== base.origin)
    throw new TargetError(`MAAS leads to another server: ${url.origin}`, { where: base.href });
  for (let attempt = 0; ; attempt++) {
    const headers = {
      Accept: 'application/json',
      Authorization: key.header(edges.now()),
      ...(type === undefined ? {} : { 'Content-Type': type }),
    };
    const signal = AbortSignal.any([edges.signal, AbortSignal.timeout(PATIENCE)]);
    const response = await edges
      .fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) })
      .catch((cause: Error) => {
        throw unreachable(url, cause, edges.signal);
      });
    const text = await response.text().catch((cause: Error) => {
      throw unreachable(url, cause, edges.signal);
    });
    const wait = BUSY_WAITS[attempt];
    if (response.status === 503 && wait !== undefined) {
      await edges.sleep(wait, edges.signal);
      continue;
    }
    if (!response.ok) throw refusal(response.status, text, { method, url });
    return parsed(text, url);
  }
}

function unreachable(url: URL, cause: Error, signal: AbortSignal): Error {
  if (signal.aborted || cause instanceof ProxwrightError) return cause;
  const inner = cause.cause instanceof Error ? cause.cause.message : cause.message;
  return new TargetError('MAAS does not answer', {
    where: url.origin,
    why: cause.name === 'TimeoutError' ? `nothing came for ${PATIENCE / 1000} s` : inner,
    fix: 'look at the address (http://<server>:5240/MAAS) and at what lies between',
    cause,
  });
}

function refusal(status: number, text: string, { method, url }: { method: string; url: URL }): TargetError {
  const where = `${method} ${url.pathname}`;
  const why = text.trim().slice(0, 500);
  if (status === 401 || status === 403) {
    return new TargetError(`MAAS does not take the API key (${status})`, {
      where,
      why,
      fix: 'take a new key from your preferences in MAAS; and compare the clocks: five minutes apart, every key is refused',
    });
  }
  if (status === 404)
    return new TargetError('MAAS does not have this', { where, fix: 'does the address end in /MAAS?' });
  if (status === 413) {
    return new TargetError('what is in front of MAAS refuses pieces of 4 MiB', {
      where,
      why,
      fix: 'raise client_max_body_size there, or use the address of the region controller itself (port 5240)',
    });
  }
  return new TargetError(`MAAS refuses (${status})`, { where, why });
}

function parsed(text: string, url: URL): unknown {
  // A PUT's answer is "OK".
  if (!/^\s*[[{]/.test(text)) {
    if (/^\s*</.test(text))
      throw new TargetError('this is not the API of MAAS', {
        where: url.href,
        fix: 'http://<server>:5240/MAAS',
      });
    return text;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TargetError('MAAS answers something that is no JSON', {
      where: url.href,
      why: text.slice(0, 200),
      cause,
    });
  }
}
