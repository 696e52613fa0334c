import { ApiError } from '../errors.ts';
import type { CommandResult, Host } from '../hosts/host.ts';
import type { Params, Pve } from '../pve/pve.ts';
import { type Gate, makeGate } from './gate.ts';
import { type Look, type MaasAnswer, Unseen } from './look.ts';

/** Longest that one file, command or answer may take, in milliseconds. */
const PATIENCE = 2_000;
/** A node on which so many things hung is not asked further: each more would cost two seconds. */
const MOST_HUNG = 3;
/** Bytes, far above all that is read here: `ip -d -j link` of a node with a thousand guests has four million. */
const MOST_TEXT = 8 * 1024 ** 2;

export interface LookerEdges {
  pve: Pick<Pve, 'get'>;
  host(node: string): Host | undefined;
  /** Undefined: the answers name no MAAS. */
  maas?:
    | ((path: string, options: { anonymous: boolean; signal: AbortSignal }) => Promise<MaasAnswer>)
    | undefined;
  /** How many commands at once on this node. */
  width(node: string): number;
  signal?: AbortSignal;
  patience?: number;
}

/** Everything that was read, in order: for the bundle. */
export interface Reading {
  node: string;
  /** `cat /etc/hosts`, `$ ip -j link`, `GET /nodes/pve1/time`. */
  question: string;
  answer: string;
}

export interface Looker {
  look(node: string): Look;
  readings(): Promise<Reading[]>;
}

/** Asks each question once and keeps the answer. One looker is one moment: make another to look again. */
export function makeLooker(edges: LookerEdges): Looker {
  const asked = new Map<string, { node: string; question: string; answer: Promise<unknown> }>();
  const gates = new Map<string, Gate>();
  const hung = new Map<string, number>();
  const patience = edges.patience ?? PATIENCE;

  function gateOf(node: string): Gate {
    const gate = gates.get(node) ?? makeGate(node === AGENTS ? MOST_AGENTS : edges.width(node));
    gates.set(node, gate);
    return gate;
  }

  function once<Answer>(
    node: string,
    question: string,
    ask: (signal: AbortSignal) => Promise<Answer>,
    who = node,
  ): Promise<Answer> {
    const key = `${node}\n${question}`;
    const known = asked.get(key);
    if (known) return known.answer as Promise<Answer>;
    // A guest that does not answer must hold up no question to a node.
    const answer = gateOf(who === AGENTS ? AGENTS : node)(async () => {
      if (edges.signal?.aborted) throw new Unseen('failed', `${question}: not tried any more`);
      if ((hung.get(who) ?? 0) >= MOST_HUNG)
        throw new Unseen(
          'failed',
          `${question}: not tried, since ${who} did not answer ${MOST_HUNG} times before`,
        );
      try {
        return await within(who === AGENTS ? patience / 2 : patience, question, ask, edges.signal);
      } catch (error) {
        const unseen = unseenOf(error, question);
        if (unseen.message.includes('took longer') && who !== AGENTS) hung.set(who, (hung.get(who) ?? 0) + 1);
        throw unseen;
      }
    });
    asked.set(key, { node, question, answer });
    return answer;
  }

  function hostOf(node: string): Host {
    const host = edges.host(node);
    if (host) return host;
    throw new Unseen('out of reach', 'needs commands on the node, and this target gives only its API');
  }

  const look = (node: string): Look => ({
    node,
    hasHost: edges.host(node) !== undefined,
    file: (path) =>
      once(node, `cat ${path}`, async () => {
        const bytes = await hostOf(node).read(path);
        if (bytes && bytes.length > MOST_TEXT)
          throw new Unseen('failed', `${path} has ${bytes.length} bytes`);
        return bytes?.toString('utf8');
      }),
    command: (...argv) =>
      once(node, `$ ${argv.join(' ')}`, async (signal) => {
        const result = await hostOf(node).run(argv, { timeout: 2 * patience, signal });
        if (saysDenied(result)) throw new Unseen('denied', `${argv.join(' ')}: ${lastLine(result.stderr)}`);
        if (result.stdout.length > MOST_TEXT)
          throw new Unseen('failed', `${argv.join(' ')} printed ${result.stdout.length} characters`);
        return result;
      }),
    get: (path, params: Params = {}) => {
      const whole = path.replaceAll('{node}', encodeURIComponent(node));
      const query = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
      const question = `GET ${whole}${query.length > 0 ? `?${query.join('&')}` : ''}`;
      return once(API, question, (signal) => edges.pve.get(whole, params, { signal }), askedBy(whole));
    },
    maas: (path, { anonymous = false } = {}) =>
      once(MAAS, `GET ${path}${anonymous ? '' : ' with the key'}`, (signal) => {
        if (!edges.maas) throw new Unseen('out of reach', 'no MAAS is named; give its answers with --for');
        return edges.maas(path, { anonymous, signal });
      }),
    on: look,
  });

  return {
    look,
    async readings() {
      const all = [...asked.values()];
      return Promise.all(
        all.map(async ({ node, question, answer }) => ({ node, question, answer: await said(answer) })),
      );
    },
  };
}

const API = 'API';
const MAAS = 'MAAS';
const AGENTS = 'guest agents';
/** As many as are asked at all. Proxmox VE itself waits three seconds for one that does not answer. */
const MOST_AGENTS = 12;

/** Whose silence it is when a call hangs: the one who answers passes on what is for another node, or for a guest. */
function askedBy(path: string): string {
  const [, node, agent] = /^\/nodes\/([^/]+)(?:\/(?:qemu|lxc)\/\d+\/(agent)\/)?/.exec(path) ?? [];
  if (agent) return AGENTS;
  return node === undefined ? API : `the API of ${node}`;
}

async function said(answer: Promise<unknown>): Promise<string> {
  try {
    const value = await answer;
    if (typeof value === 'string') return value;
    return value === undefined ? '(there is no such file)' : JSON.stringify(value, null, 1);
  } catch (error) {
    return `(${(error as Error).message})`;
  }
}

async function within<Answer>(
  patience: number,
  question: string,
  ask: (signal: AbortSignal) => Promise<Answer>,
  outer?: AbortSignal,
): Promise<Answer> {
  const inner = new AbortController();
  const signal = outer ? AbortSignal.any([outer, inner.signal]) : inner.signal;
  let timer: ReturnType<typeof setInterval> | undefined;
  let ticks = 0;
  const late = new Promise<never>((_, reject) => {
    // Counted in ticks, not by the clock: where this process itself is starved, the node is not to blame.
    timer = setInterval(() => {
      ticks += 1;
      if (ticks < TICKS) return;
      // In this order: what the abort itself throws comes too late to be the reason.
      reject(new Unseen('failed', `${question} took longer than ${patience / 1000} s`));
      inner.abort();
    }, patience / TICKS);
  });
  try {
    return await Promise.race([ask(signal), late]);
  } finally {
    clearInterval(timer);
  }
}

const TICKS = 20;

function unseenOf(error: unknown, question: string): Unseen {
  if (error instanceof Unseen) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ApiError && [401, 403].includes(error.status))
    return new Unseen('denied', `${question}: ${message}`, error);
  if (error instanceof ApiError && error.status === 501)
    return new Unseen('out of reach', 'this version of the API has no such call', error);
  if (/EACCES|EPERM|permission denied|operation not permitted/i.test(message))
    return new Unseen('denied', `${question}: ${message}`, error);
  return new Unseen('failed', `${question}: ${message}`, error);
}

function saysDenied({ exitCode, stderr }: CommandResult): boolean {
  return (
    exitCode !== 0 &&
    /permission denied|operation not permitted|must be (run as )?root|are you root/i.test(stderr)
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
