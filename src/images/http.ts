/** The real edges: HTTPS to publishers, with redirects, limits and a timeout between two pieces. */
import type { Fetch, FetchStream } from './edges.ts';

/** Checksum files are below 100 KB; Ubuntu's is the longest. */
const TEXT_LIMIT = 4 * 1024 * 1024;
const SILENCE_MS = 30_000;

/** Small files, whole; more than 4 MiB is an error. */
export const fetchHttp: Fetch = async (url, options = {}) => {
  const answer = await streamHttp(url, options);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    length += piece.length;
    if (length > TEXT_LIMIT) throw new Error(`the answer is longer than ${TEXT_LIMIT} bytes`);
    pieces.push(piece);
  }
  return { status: answer.status, headers: answer.headers, body: Buffer.concat(pieces) };
};

/** An image in pieces. An https address never leads to http. */
export const streamHttp: FetchStream = async (url, options = {}) => {
  const silence = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  let timer = setTimeout(giveUp, SILENCE_MS);
  function giveUp(): void {
    silence.abort(new Error(`no answer for ${SILENCE_MS / 1000} s`));
  }
  let response: Response;
  try {
    response = await fetch(url, {
      signal,
      // No transparent compression: lengths are those of the file. With a range fetch asks that by itself.
      headers: options.range === undefined ? { 'accept-encoding': 'identity' } : { range: options.range },
    });
  } catch (error) {
    throw rootCause(error);
  } finally {
    clearTimeout(timer);
  }
  if (url.startsWith('https:') && !response.url.startsWith('https:')) {
    await response.body?.cancel();
    throw new Error(`redirected to ${response.url}, which is not https`);
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    if (!response.body) return;
    try {
      timer = setTimeout(giveUp, SILENCE_MS);
      for await (const piece of response.body) {
        timer.refresh();
        yield piece;
      }
    } catch (error) {
      throw rootCause(error);
    } finally {
      clearTimeout(timer);
    }
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), body: body() };
};

/** fetch says only "fetch failed"; what happened is in the cause. */
function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
