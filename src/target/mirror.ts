import { type Agent, type IncomingMessage, request } from 'node:http';
import { TargetError } from '../errors.ts';
import type { Fetch, FetchOptions, FetchStream } from '../images/edges.ts';

/** Publishers of images, as the sandbox plays them: `GET /sandbox/mirror/<host>/<path>` over connections of its own. */
export function mirrorFetch(connect: () => Promise<Agent>) {
  async function ask(path: string, options: FetchOptions = {}) {
    const incoming = await get(path, await connect(), options);
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

function get(path: string, agent: Agent, { signal, range }: FetchOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      agent,
      path,
      headers: range === undefined ? {} : { range },
      ...(signal ? { signal } : {}),
    });
    // The connection is for this one answer.
    outgoing.on('close', () => agent.destroy());
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
