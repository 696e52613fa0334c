import { CancelledError, ProxwrightError, TargetError } from '../errors.ts';
import type { Fetch, Fetched } from './edges.ts';

/** A small file of a publisher, whole. Throws TargetError naming the URL unless the answer is 200. */
export async function fetchText(url: string, edge: { fetch: Fetch; signal?: AbortSignal }): Promise<Buffer> {
  const answer = await ask(url, edge);
  if (answer.status === 200) return answer.body;
  throw new TargetError(`the publisher answers ${answer.status}`, {
    where: url,
    why:
      answer.status === 404 ? 'this version or this architecture is not there' : 'the server has a problem',
    fix: answer.status === 404 ? 'choose another version, or check the address' : 'try again later',
  });
}

/** Any answer of a publisher; a connection that fails is a TargetError. */
export async function ask(
  url: string,
  edge: { fetch: Fetch; signal?: AbortSignal; range?: string },
): Promise<Fetched> {
  try {
    return await edge.fetch(url, {
      ...(edge.signal && { signal: edge.signal }),
      ...(edge.range !== undefined && { range: edge.range }),
    });
  } catch (error) {
    if (edge.signal?.aborted) throw new CancelledError(undefined, { cause: error });
    if (error instanceof ProxwrightError) throw error;
    throw new TargetError('cannot reach the publisher', {
      where: url,
      why: error instanceof Error ? error.message : String(error),
      fix: 'check the network, a proxy, or name a mirror',
      cause: error,
    });
  }
}
