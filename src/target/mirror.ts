import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { TargetError } from '../errors.ts';
import type { Fetch, FetchOptions, FetchStream } from '../images/edges.ts';

interface MirrorAccess {
  port: number;
  /** PEM. */
  certificate: string;
}

/** Publishers of images, as the sandbox plays them: `GET /sandbox/mirror/<host>/<path>` on its own port. */
export function mirrorFetch(access: () => Promise<MirrorAccess>) {
  async function ask(path: string, options: FetchOptions = {}) {
    const incoming = await get(path, await access(), options);
    return { status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: incoming };
  }

  const fetchStream: FetchStream = (url, options) => ask(pathOf(url), options);

  const fetch: Fetch = async (url, options) => {
    const answer = await fetchStream(url, options);
    return { ...answer, body: await whole(answer.body) };
  };

  return {
    fetch,
    fetchStream,
    /** The armored key that signs what the mirror serves. */
    async key(): Promise<string> {
      const answer = await ask('/sandbox/mirror-key');
      const text = (await whole(answer.body)).toString('utf8');
      if (answer.status === 200 && text.includes('BEGIN PGP')) return text;
      throw new TargetError('the sandbox shows no key for its images', { fix: 'proxwright sandbox reset' });
    },
  };
}

function pathOf(url: string): string {
  const { host, pathname, search } = new URL(url);
  return `/sandbox/mirror/${host}${pathname}${search}`;
}

function get(
  path: string,
  { port, certificate }: MirrorAccess,
  { signal, range }: FetchOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      ca: certificate,
      // Self-made: the certificate itself is the authority, and its names are not what is asked for.
      checkServerIdentity: () => undefined,
      agent: false,
      headers: range === undefined ? {} : { range },
      ...(signal ? { signal } : {}),
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
