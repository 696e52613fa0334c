import { CancelledError, ProxwrightError, TargetError } from '../errors.ts';
import { Secret } from '../plan/secret.ts';
import { jsonOf, refusalOf } from './answer.ts';
import type { Auth, Login } from './auth.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Endpoint, place } from './connect.ts';
import { exchange, type HttpAnswer, type HttpRequest } from './exchange.ts';
import { encodeParams } from './params.ts';
import { createPool, type Pool } from './pool.ts';
import type { Params, Pve, RequestOptions } from './pve.ts';
import { followRedirect, redirectOf } from './redirect.ts';
import { isTransient, mayHaveHappened, NoAnswer } from './transient.ts';

export interface ClientOptions {
  /** Asked before each new connection, so that a node may come back elsewhere. */
  endpoint: () => Promise<Endpoint>;
  auth: Auth;
  /** Ends everything under way with a CancelledError. */
  signal?: AbortSignal;
  clock?: Clock;
  onRetry?: (retry: Retry) => void;
  /** Connections at once; 8 keeps a small node's three API workers busy without starving others. */
  connections?: number;
}

export interface Retry {
  method: string;
  path: string;
  /** The attempt that failed, from 1. */
  attempt: number;
  /** Milliseconds until the next. */
  wait: number;
  reason: string;
}

const ATTEMPTS = 4;
/** Waits of about 0.1, 0.4 and 1.6 s. */
const FIRST_WAIT = 100;
/** pveproxy's limit for bodies that are no uploads. */
const LARGEST_BODY = 512 * 1024;

/** Speaks to the API of one cluster. Reads are repeated, writes only while they cannot have arrived. */
export function createPve(options: ClientOptions): Pve {
  const { auth, clock = systemClock } = options;
  const limit = options.connections ?? 8;
  const pool = createPool({ endpoint: options.endpoint, limit, now: clock.now });
  const elsewhere = new Map<string, Pool>();
  /** Whether anybody ever answered: a node that never did is not waited for. */
  let answered = false;

  async function call<Answer>(
    method: string,
    path: string,
    params?: Params,
    extra?: RequestOptions,
  ): Promise<Answer> {
    const signals = [options.signal, extra?.signal].filter((signal) => signal !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    const wanted = requestOf(method, path, encodeParams(params));
    return inAttempts(method, path, signal, async () => {
      const answer = await authorized(wanted, path, signal);
      return dataOf<Answer>(answer, { method, path });
    });
  }

  /** With our headers; a ticket that is refused is renewed once. */
  async function authorized(
    wanted: HttpRequest,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const login: Login = (user, password) => logIn(user, password, signal);
    for (let renewed = false; ; renewed = true) {
      const headers = await auth.headers(wanted.method, login);
      const answer = await send({ ...wanted, headers }, signal);
      if (answer.status !== 401) return answer;
      if (renewed || !auth.renew()) throw refusedBy(answer, { method: wanted.method, path });
    }
  }

  async function logIn(user: string, password: Secret, signal: AbortSignal | undefined) {
    const path = '/access/ticket';
    const wanted = requestOf('POST', path, encodeParams({ username: user, password }));
    return inAttempts('POST', path, signal, async () => {
      const answer = await send(wanted, signal);
      if (answer.status === 401) return undefined;
      const data = dataOf<Record<string, unknown>>(answer, { method: 'POST', path });
      if (data.NeedTFA) throw new TargetError(`${user} has a second factor`, SECOND_FACTOR);
      return {
        ticket: new Secret(String(data.ticket)),
        csrf: new Secret(String(data.CSRFPreventionToken)),
      };
    });
  }

  async function send(wanted: HttpRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const answer = await over(pool, wanted, signal);
    const location = redirectOf(answer);
    if (location === undefined) return answer;
    const next = followRedirect(location, await options.endpoint(), wanted);
    const there =
      elsewhere.get(place(next.endpoint)) ??
      createPool({ endpoint: async () => next.endpoint, limit, now: clock.now });
    elsewhere.set(place(next.endpoint), there);
    return over(there, next.request, signal);
  }

  async function over(way: Pool, wanted: HttpRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const connection = await way.acquire(signal);
    let reusable = false;
    try {
      const answer = await exchange(connection, wanted, signal);
      answered = true;
      reusable = answer.status < 400 && answer.headers.connection !== 'close';
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer) throw lost(error, wanted.method, connection.host);
      throw error;
    } finally {
      way.release(connection, reusable);
    }
  }

  async function inAttempts<Result>(
    method: string,
    path: string,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (signal?.aborted) throw cancelled(error);
        if (tried >= ATTEMPTS || !mayRepeat(error, method, path)) throw error;
        if (!answered && !mayHaveHappened(error)) throw error;
        const wait = Math.round(FIRST_WAIT * 4 ** (tried - 1) * (0.5 + Math.random()));
        options.onRetry?.({ method, path, attempt: tried, wait, reason: (error as Error).message });
        await clock.sleep(wait, signal).catch((reason: unknown) => {
          throw cancelled(reason);
        });
      }
    }
  }

  return {
    user: auth.user,
    get: (path, params, extra) => call('GET', path, params, extra),
    post: (path, params, extra) => call('POST', path, params, extra),
    put: (path, params, extra) => call('PUT', path, params, extra),
    delete: (path, params, extra) => call('DELETE', path, params, extra),
    async close() {
      for (const way of [pool, ...elsewhere.values()]) way.close();
    },
  };

  function dataOf<Answer>(answer: HttpAnswer, asked: { method: string; path: string }): Answer {
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, { ...asked, user: auth.user });
    const body = jsonOf(answer.body);
    if ('data' in body) return body.data as Answer;
    throw new TargetError('the answer is not one of the Proxmox VE API', {
      where: `${asked.method} ${asked.path}`,
      why: answer.body.trim() === '' ? 'it is empty' : 'it holds no `data`',
      fix: 'is host and port that of a Proxmox VE node?',
    });
  }

  function refusedBy(answer: HttpAnswer, asked: { method: string; path: string }): TargetError {
    const body = jsonOf(answer.body);
    const said = String(body.message ?? answer.reason).trim();
    const { message, ...parts } = auth.refusal(/^(unauthorized|no ticket)?$/i.test(said) ? '' : said);
    return new TargetError(message, { where: `${asked.method} ${asked.path}`, ...parts });
  }
}

const SECOND_FACTOR = {
  why: 'only a person can give its code',
  fix: 'use an API token: pveum user token add USER@REALM NAME',
};

function requestOf(method: string, path: string, form: string): HttpRequest {
  const whole = `/api2/json${path}`;
  if (method === 'GET' || method === 'DELETE') {
    return { method, path: form === '' ? whole : `${whole}?${form}`, headers: {} };
  }
  if (form.length > LARGEST_BODY) {
    throw new TargetError(
      `the request is ${Math.ceil(form.length / 1024)} KiB long, and the API takes 512 KiB`,
      {
        where: `${method} ${path}`,
        fix: 'put the long text into a snippet',
      },
    );
  }
  return { method, path: whole, headers: {}, body: form };
}

/** Reads whenever it may help; logging in too; a write only when nothing of it can have arrived. */
function mayRepeat(error: unknown, method: string, path: string): boolean {
  if (!isTransient(error)) return false;
  if (method === 'GET' || path === '/access/ticket') return true;
  const cause = error instanceof ProxwrightError ? error.cause : undefined;
  return cause instanceof NoAnswer && !cause.sent;
}

function lost(error: NoAnswer, method: string, where: string): TargetError {
  const late = error.code === 'ETIMEDOUT';
  return new TargetError(
    late ? 'the node does not answer' : 'the connection was lost before an answer came',
    {
      where,
      ...(method === 'GET' ? {} : { why: 'whether the node did what was asked is not known yet' }),
      fix: 'check on the node: systemctl status pveproxy pvedaemon',
      cause: error,
    },
  );
}

function cancelled(cause: unknown): CancelledError {
  return cause instanceof CancelledError ? cause : new CancelledError('cancelled', { cause });
}
