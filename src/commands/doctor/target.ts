import type { MaasAnswer } from '../../doctor/look.ts';
import type { DoctorTarget } from '../../doctor/run.ts';
import type { Env } from '../../env.ts';
import { localHost } from '../../hosts/local.ts';
import { ApiKey, apiAddress } from '../../maas/api-key.ts';
import type { Target } from '../../target.ts';

/** sshd takes ten unauthenticated connections at once, and each command on another node is one (MaxStartups). */
const BY_CLUSTER_SSH = 4;
/** One connection has up to ten channels (MaxSessions), and a local command is a process. */
const DIRECT = 8;
/** A simulated node answers at once, and each command at the same time is a connection more. */
const SIMULATED = 2;

/** What the doctor looks at: the open target, this machine, and the MAAS that the environment names. */
export async function doctorTarget(target: Target, env: Env): Promise<DoctorTarget> {
  const nodes = await target.pve.get<{ node: string; status: string }[]>(
    '/nodes',
    {},
    { signal: env.signal },
  );
  const maas = maasOf(env);
  return {
    kind: target.kind,
    firstNode: target.firstNode,
    nodes: nodes
      .map(({ node, status }) => ({ name: node, online: status === 'online' }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    pve: target.pve,
    host: (node) => target.host(node),
    local: localHost({ node: env.machine, env: env.variables }),
    width: (node) => {
      if (!target.host(node)) return DIRECT;
      if (target.kind === 'sandbox') return SIMULATED;
      return node === target.firstNode ? DIRECT : BY_CLUSTER_SSH;
    },
    ...(maas ? { maas } : {}),
  };
}

/** MAAS_API_URL and MAAS_API_KEY, as other tools of MAAS have them. */
function maasOf({ variables }: Env): DoctorTarget['maas'] {
  const { MAAS_API_URL: url, MAAS_API_KEY: key } = variables;
  if (!url) return undefined;
  const base = apiAddress(url, 'MAAS_API_URL');
  return async (path, { anonymous, signal }): Promise<MaasAnswer> => {
    const headers = anonymous
      ? {}
      : { Authorization: new ApiKey(key ?? '', 'MAAS_API_KEY').header(Date.now()) };
    const response = await fetch(new URL(path, base), { headers, signal });
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      body: await response.text(),
      date: Number.isNaN(date) ? undefined : Math.floor(date / 1000),
    };
  };
}
