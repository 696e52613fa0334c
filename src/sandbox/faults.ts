/** One rule of what goes wrong. Without `nth` or `probability` it strikes every matching request. */
export interface FaultRule {
  readonly match: {
    readonly method?: string;
    /** A regular expression on the path below /api2/json. */
    readonly path?: string;
  };
  /** Only the n-th matching request, counted from 1. */
  readonly nth?: number;
  /** Between 0 and 1, drawn from a generator that `seed` starts, so that a run can be repeated. */
  readonly probability?: number;
  readonly seed?: number;
  readonly kind: FaultKind;
  /** For `status`: the code, 500 unless given. */
  readonly status?: number;
  /** The reason of a `status`, or the exit status of a `task-failure`. */
  readonly text?: string;
  /** For `delay`: milliseconds, not scaled by the speed factor. */
  readonly ms?: number;
}

const KINDS = ['status', 'reset', 'reset-after', 'delay', 'task-failure', 'lock-timeout'] as const;
export type FaultKind = (typeof KINDS)[number];

interface Active {
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  seen: number;
  random: () => number;
}

/** The faults that are on, asked once per API request. */
export class Faults {
  #active: Active[] = [];

  constructor(rules: readonly FaultRule[] = []) {
    for (const rule of rules) this.add(rule);
  }

  add(rule: FaultRule): void {
    const path = rule.match.path === undefined ? undefined : new RegExp(rule.match.path);
    this.#active.push({ rule, path, seen: 0, random: generator(rule.seed ?? 1) });
  }

  clear(): void {
    this.#active = [];
  }

  list(): FaultRule[] {
    return this.#active.map(({ rule }) => rule);
  }

  /** The rules that strike this request, in the order in which they were given. */
  strike(method: string, path: string): FaultRule[] {
    return this.#active.filter((active) => strikes(active, method, path)).map(({ rule }) => rule);
  }
}

/** Reads a rule from JSON, or says what is wrong with it. */
export function readFaultRule(value: unknown): FaultRule | string {
  if (typeof value !== 'object' || value === null) return 'a fault must be an object';
  const rule = value as Record<string, unknown>;
  if (!KINDS.some((kind) => kind === rule.kind)) return `kind must be one of ${KINDS.join(', ')}`;
  const match = rule.match ?? {};
  if (typeof match !== 'object') return 'match must be an object with method and path';
  const { path } = match as { path?: unknown };
  if (path !== undefined) {
    if (typeof path !== 'string') return 'match.path must be a regular expression as text';
    try {
      new RegExp(path);
    } catch (error) {
      return `match.path: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  for (const key of ['nth', 'probability', 'seed', 'status', 'ms']) {
    if (rule[key] !== undefined && typeof rule[key] !== 'number') return `${key} must be a number`;
  }
  return { ...(rule as unknown as FaultRule), match };
}

function strikes(active: Active, method: string, path: string): boolean {
  const { rule } = active;
  if (rule.match.method !== undefined && rule.match.method.toUpperCase() !== method) return false;
  if (active.path && !active.path.test(path)) return false;
  active.seen += 1;
  if (rule.nth !== undefined) return active.seen === rule.nth;
  return rule.probability === undefined || active.random() < rule.probability;
}

/** mulberry32: small, and the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
