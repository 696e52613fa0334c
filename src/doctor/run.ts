import type { Host } from '../hosts/host.ts';
import type { About, AnyCheck, Fix, Section, Severity, Verdict } from './check.ts';
import { type Counts, countsOf } from './figures.ts';
import { type Look, Unseen } from './look.ts';
import { type Looker, type LookerEdges, makeLooker } from './looker.ts';
import { mergedByNode } from './merge.ts';

/** One line of the report: what one check says, of one node or several that say the same. */
export interface Finding {
  id: string;
  title: string;
  severity: Severity;
  message: string;
  fix?: Fix;
  url?: string;
}

/** A verdict with the check and the node that it is about. */
export interface Result {
  check: AnyCheck;
  /** Undefined: the cluster as a whole. */
  node: string | undefined;
  verdict: Verdict;
  /** False: it could not be looked at. */
  seen: boolean;
}

export interface DoctorTarget extends Pick<LookerEdges, 'pve' | 'maas' | 'width'> {
  kind: About['target'];
  firstNode: string;
  nodes: readonly { name: string; online: boolean }[];
  host(node: string): Host | undefined;
  /** The machine that we run on. */
  local: Host;
}

export interface DoctorOptions {
  /** Sections that somebody wants to apply; undefined: nothing in particular. */
  wants?: ReadonlySet<Section>;
  /** Ids that were asked for by name. */
  named?: ReadonlySet<string>;
  signal?: AbortSignal;
  /** Milliseconds for one read; for tests of what hangs. */
  patience?: number;
  clock?: () => number;
  /** As soon as a check has spoken about one place, for whoever shows it live. */
  onSpoken?: (job: Job, results: readonly Result[]) => void;
}

/** One check at one place: the name of a node, or {@link THIS_MACHINE}. */
export interface Job {
  check: AnyCheck;
  node: string;
}

export interface Report {
  results: readonly Result[];
  looker: Looker;
}

/** The node name under which `local` checks look at our own machine; no node can have it. */
const THIS_MACHINE = ':here';

/** Runs all checks side by side. Never throws for what a node says or does not say: that is a finding. */
export async function runDoctor(
  checks: readonly AnyCheck[],
  target: DoctorTarget,
  options: DoctorOptions = {},
): Promise<Report> {
  const looker = makeLooker({
    pve: target.pve,
    maas: target.maas,
    width: target.width,
    host: (node) => (node === THIS_MACHINE ? target.local : target.host(node)),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const results = await Promise.all(
    jobsOf(checks, target).map(async (job) => {
      const { check, node } = job;
      const about = aboutOf(check, node, target, options);
      const { verdicts, seen } = await speak(check, looker.look(about.node), about);
      const named = check.scope === 'node' && check.needs !== 'local' && check.needs !== 'maas';
      const said = verdicts.map(
        (verdict): Result => ({
          check,
          node: named ? node : undefined,
          verdict: withinReach(verdict, target),
          seen,
        }),
      );
      options.onSpoken?.(job, said);
      return said;
    }),
  );
  return { results: results.flat(), looker };
}

/** All that {@link runDoctor} would look at, in the order of the checks. */
export function jobsOf(
  checks: readonly AnyCheck[],
  target: Pick<DoctorTarget, 'firstNode' | 'nodes'>,
): Job[] {
  return checks.flatMap((check) => placesOf(check, target).map((node) => ({ check, node })));
}

function placesOf(check: AnyCheck, target: Pick<DoctorTarget, 'firstNode' | 'nodes'>): string[] {
  if (check.needs === 'local') return [THIS_MACHINE];
  if (check.scope === 'cluster' || check.needs === 'maas') return [target.firstNode];
  return target.nodes.filter((node) => node.online).map((node) => node.name);
}

function aboutOf(check: AnyCheck, node: string, target: DoctorTarget, options: DoctorOptions): About {
  const { wants, named, clock = Date.now } = options;
  return {
    node,
    nodes: target.nodes.map(({ name }) => name),
    online: target.nodes.filter(({ online }) => online).map(({ name }) => name),
    target: target.kind,
    wanted: named?.has(check.id) === true || check.for?.some((section) => wants?.has(section)) === true,
    ...(wants ? { wants } : {}),
    now: Math.floor(clock() / 1000),
  };
}

/** What a check says, where it breaks, too. */
async function speak(
  check: AnyCheck,
  look: Look,
  about: About,
): Promise<{ verdicts: readonly Verdict[]; seen: boolean }> {
  try {
    if (check.needs === 'host' && !look.hasHost)
      throw new Unseen('out of reach', 'needs commands on the node, and this target gives only its API');
    return { verdicts: await check.run(look, about), seen: true };
  } catch (error) {
    return { verdicts: [whatBroke(check, error, about.node)], seen: false };
  }
}

/** Without a mending for which this target gives no commands. */
function withinReach(verdict: Verdict, target: Pick<DoctorTarget, 'host'>): Verdict {
  const { mend, ...rest } = verdict;
  return mend?.changes.every((change) => change.kind === 'api' || target.host(change.node)) === false
    ? rest
    : verdict;
}

function whatBroke(check: AnyCheck, error: unknown, node: string): Verdict {
  const said = error instanceof Error ? error.message : String(error);
  // The same on every node is one finding.
  const message = said
    .replaceAll(`/nodes/${node}/`, '/nodes/{node}/')
    .replaceAll(`/nodes/${node},`, '/nodes/{node},');
  if (error instanceof Unseen && error.reason === 'out of reach') return { severity: 'skip', message };
  if (error instanceof Unseen && error.reason === 'denied')
    return { severity: 'skip', message: `may not be looked at: ${message}` };
  if (error instanceof Unseen)
    return {
      severity: 'warn',
      message: `could not be looked at: ${message}`,
      fix: { text: `look at it by hand (${check.looksAt}); then run the check again`, command: again(check) },
    };
  if (error instanceof Error && error.name === 'Garbled')
    return {
      severity: 'warn',
      message,
      fix: { text: `look at it by hand: ${check.looksAt}`, command: again(check) },
    };
  return {
    severity: 'warn',
    message: `the check itself broke: ${message}`,
    fix: { text: 'this is a bug in proxwright; the others are not touched by it' },
  };
}

function again(check: AnyCheck): string {
  return `proxwright doctor --only ${check.id}`;
}

/** Results of several nodes that say the same become one finding; the order of the checks is kept. */
export function findingsOf(results: readonly Result[], nodes: readonly string[]): Finding[] {
  const said = results.map(({ check, node, verdict }) => ({ ...verdict, id: check.id, node, check }));
  return mergedByNode(said, nodes).map(({ members: [{ check, severity, message, fix }], where }) => ({
    id: check.id,
    title: check.title,
    severity,
    message: where ? `${where}: ${message}` : message,
    ...(fix ? { fix } : {}),
    ...(check.url ? { url: check.url } : {}),
  }));
}

export function summaryOf(findings: readonly Finding[]): Counts {
  return countsOf(findings);
}
