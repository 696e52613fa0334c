import type { Env } from '../../env.ts';
import { TargetError } from '../../errors.ts';
import type { GuestFacts } from '../../facts/facts.ts';
import type { Host } from '../../hosts/host.ts';
import { statusFolder } from '../../kea/settings.ts';
import type { KeaStatus } from '../../kea/status.ts';
import { readStatus } from '../../kea/status-socket.ts';
import type { Target } from '../../target.ts';
import type { KeaReading } from '../../view/kea/reading.ts';

/** An agent answers at once; a node that takes longer is not reached. */
const PATIENCE_MS = 10_000;
const ASK: readonly string[] = ['proxwright', 'kea', 'status', '--json'];
/** Of assets/kea/compose.yaml. */
const DOCKER_NAME = 'proxwright-kea';

export interface KeaSource {
  target: Pick<Target, 'kind' | 'firstNode' | 'host'>;
  env: Pick<Env, 'uid' | 'variables'>;
  /** All of the cluster; ours among them may have the agent inside. */
  guests: readonly GuestFacts[];
}

/** Asks nodes for what their Kea agents serve. Throws TargetError or CommandError if a node cannot be asked at all. */
export function keaReader(): (node: string, source: KeaSource) => Promise<KeaReading> {
  /** Node → the way that an agent answered on the last time: it is asked every other second. */
  const known = new Map<string, string>();
  return async (node, { target, env, guests }) => {
    if (target.kind === 'local' && node === target.firstNode && env.uid === 0) {
      try {
        return { agent: 'running', node, status: await readStatus(statusFolder(env.variables)) };
      } catch {
        // In a container its socket is not here; a command says how it is.
      }
    }
    const host = target.host(node);
    if (!host) return { agent: 'out-of-reach', node };
    const ways = waysTo(node, guests);
    const last = known.get(node);
    let absent: KeaReading | undefined;
    for (const way of ways.toSorted((a, b) => Number(b.join() === last) - Number(a.join() === last))) {
      const reading = await ask(host, way);
      if (reading.agent === 'running') {
        known.set(node, way.join());
        return reading;
      }
      // Where proxwright is, its words are worth more than that it is not elsewhere.
      if (!absent || (reading.agent === 'absent' && reading.installed)) absent = reading;
    }
    known.delete(node);
    return absent as KeaReading;
  };
}

/** Words in front of the question: on the node itself, in our container there, in Docker inside of that. */
function waysTo(node: string, guests: readonly GuestFacts[]): (readonly string[])[] {
  const container = guests.find((guest) => guest.node === node && guest.identity?.kea !== undefined);
  const inside = ['pct', 'exec', String(container?.vmid), '--'];
  return container ? [[], inside, [...inside, 'docker', 'exec', DOCKER_NAME]] : [[]];
}

async function ask(host: Host, way: readonly string[]): Promise<KeaReading> {
  const { node } = host;
  const { exitCode, stdout, stderr } = await host.run([...way, ...ASK], { timeout: PATIENCE_MS });
  // It ends with 1 also where it answers, but a network is not served.
  if (stdout.trim() !== '') return { agent: 'running', node, status: statusOf(stdout, node) };
  const [why = ''] = stderr.split('\n').filter((line) => line.trim() !== '');
  const installed = exitCode !== 127 && (way.length === 0 || why.includes('Kea agent'));
  return { agent: 'absent', node, why: why.trim(), installed };
}

/** Throws TargetError where this is no status. */
function statusOf(text: string, node: string): KeaStatus {
  let status: Partial<KeaStatus> | undefined;
  try {
    status = JSON.parse(text) as Partial<KeaStatus>;
  } catch {
    // Said below.
  }
  const { version, agent, networks, findings, problems } = status ?? {};
  if (version === 1 && agent && [networks, findings, problems].every(Array.isArray))
    return status as KeaStatus;
  throw new TargetError('the Kea agent gave no readable status', {
    where: node,
    fix: `the same version of proxwright belongs on ${node} as here: proxwright --version`,
  });
}
