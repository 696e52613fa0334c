import type { Env } from '../env.ts';
import { TargetError } from '../errors.ts';
import { statusFolder } from '../kea/settings.ts';
import type { KeaStatus } from '../kea/status.ts';
import { readStatus } from '../kea/status-socket.ts';
import type { Target } from '../target.ts';
import type { KeaReading } from '../view/kea-reading.ts';

/** An agent answers at once; a node that takes longer is not reached. */
const PATIENCE_MS = 10_000;

/**
 * Asks a node's Kea agent for its status: here by its socket, elsewhere by the command that a person would type
 * there. Throws TargetError or CommandError if the node cannot be asked at all.
 */
export async function readKea(
  node: string,
  { target, env }: { target: Pick<Target, 'kind' | 'firstNode' | 'host'>; env: Env },
): Promise<KeaReading> {
  if (target.kind === 'local' && node === target.firstNode && env.uid === 0) {
    try {
      return { agent: 'running', node, status: await readStatus(statusFolder(env.variables)) };
    } catch {
      // In a container its socket is not here; the command says how it is.
    }
  }
  const host = target.host(node);
  if (!host) return { agent: 'out-of-reach', node };
  const { exitCode, stdout, stderr } = await host.run(['proxwright', 'kea', 'status', '--json'], {
    timeout: PATIENCE_MS,
  });
  // It ends with 1 also where it answers, but a network is not served.
  const status = stdout.trim() === '' ? undefined : statusOf(stdout, node);
  if (status) return { agent: 'running', node, status };
  const [why = ''] = stderr.split('\n').filter((line) => line.trim() !== '');
  return { agent: 'absent', node, why: why.trim(), installed: exitCode !== 127 };
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
