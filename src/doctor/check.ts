import type { Look } from './look.ts';

export type Severity = 'pass' | 'info' | 'warn' | 'fail' | 'skip';

/** Groups in the order in which people read them. */
export const groups = [
  'node',
  'network',
  'storage',
  'guests',
  'access',
  'kea',
  'image building',
  'maas',
] as const;
export type Group = (typeof groups)[number];

/** Sections of an answer file, and with them the things that one can do. */
export const sections = ['templates', 'clusters', 'vms', 'access', 'kea', 'maas_image', 'maas'] as const;
export type Section = (typeof sections)[number];

/** `node`: once for every node that is up. `cluster`: once. */
export type Scope = 'node' | 'cluster';

/** `local` is the machine that proxwright runs on, `maas` the server that the answers name. */
export type Needs = 'api' | 'host' | 'local' | 'maas';

export interface Fix {
  text: string;
  /** Exactly what to type. */
  command?: string;
}

/** What one check says about one node, or about the cluster. */
export interface Verdict {
  severity: Severity;
  /** What is so, and why it matters where that is not plain. */
  message: string;
  fix?: Fix;
  /** Something is not there that only some need, and nobody asked for. */
  lacks?: true;
  /** How to mend it without a person's thinking; absent where a person has to think. */
  mend?: Mend;
}

/** Changes that mend a finding, in order. Where one fails, those before it are taken back, newest first. */
export interface Mend {
  changes: readonly Change[];
}

export type Change =
  | { kind: 'file'; node: string; path: string; before: string | undefined; after: string; mode: number }
  | {
      kind: 'command';
      node: string;
      argv: readonly string[];
      /** Takes it back; left out where there is nothing to take back. */
      undo?: readonly string[];
    }
  | {
      kind: 'api';
      method: 'post' | 'put' | 'delete';
      path: string;
      params: Readonly<Record<string, string | number>>;
      undo?: { method: 'post' | 'put' | 'delete'; path: string; params: Readonly<Record<string, string>> };
    };

/** What a check may know beside what it reads. */
export interface About {
  node: string;
  /** All nodes of the cluster, and those that are up. */
  nodes: readonly string[];
  online: readonly string[];
  target: 'local' | 'ssh' | 'https' | 'sandbox';
  /** Somebody wants what this check is for: what is merely missing is then a failure, not a remark. */
  wanted: boolean;
  /** The sections of the answers that this is run for; undefined: for none in particular. */
  wants?: ReadonlySet<Section>;
  /** Unix time in seconds. */
  now: number;
}

/**
 * One thing to look at. `read` gathers texts and answers and changes nothing; `judge` is pure. Both may throw
 * {@link Garbled} where somebody said what cannot be understood.
 */
export interface Check<Seen = unknown> {
  /** Stable: scripts name it. */
  id: string;
  group: Group;
  title: string;
  /** Where it looks, for people. */
  looksAt: string;
  /** What goes wrong where this is not as it should be; stands in the documentation. */
  why: string;
  needs: Needs;
  scope: Scope;
  /** Only these need it; left out: everything does. */
  for?: readonly Section[];
  url?: string;
  /**
   * What its troubles mean before a run. Left out: a failure keeps the run from beginning, a warning is told.
   * `tells`: it is about guests that are there already, so that a failure is only told. `mends`: the run itself
   * brings it in order where it can, so that warnings are not told. `makes`: the run makes it, so nothing is told.
   */
  gate?: 'tells' | 'mends' | 'makes';
  read(look: Look, about: About): Promise<Seen>;
  judge(seen: Seen, about: About): Verdict | readonly Verdict[];
}

/** A check whose `Seen` nobody outside has to know. */
export interface AnyCheck extends Omit<Check, 'read' | 'judge'> {
  run(look: Look, about: About): Promise<readonly Verdict[]>;
}

export function defineCheck<Seen>({ read, judge, ...rest }: Check<Seen>): AnyCheck {
  return {
    ...rest,
    async run(look, about) {
      const said = judge(await read(look, about), about);
      return Array.isArray(said) ? said : [said as Verdict];
    },
  };
}
