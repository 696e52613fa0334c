import type { DoctorTarget } from '../doctor/run.ts';
import type { Env } from '../env.ts';
import { localHost } from '../hosts/local.ts';
import type { Target } from '../target.ts';
import type { ReadAnswers } from './read-answers.ts';

/** sshd takes ten unauthenticated connections at once, and each command on another node is one (MaxStartups). */
const BY_CLUSTER_SSH = 4;
/** One connection has up to ten channels (MaxSessions), and a local command is a process. */
const DIRECT = 8;

/** What the doctor looks at: the open target and this machine. */
export async function doctorTarget(target: Target, env: Env, _read?: ReadAnswers): Promise<DoctorTarget> {
  const nodes = await target.pve.get<{ node: string; status: string }[]>(
    '/nodes',
    {},
    { signal: env.signal },
  );
  return {
    kind: target.kind,
    firstNode: target.firstNode,
    nodes: nodes
      .map(({ node, status }) => ({ name: node, online: status === 'online' }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    pve: target.pve,
    host: (node) => target.host(node),
    local: localHost({ node: env.machine, env: env.variables }),
    width: (node) =>
      target.kind === 'sandbox' || node === target.firstNode || !target.host(node) ? DIRECT : BY_CLUSTER_SSH,
  };
}
