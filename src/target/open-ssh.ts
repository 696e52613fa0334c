import { TargetError } from '../errors.ts';
import { localDuplex } from '../hosts/local.ts';
import { type SshConnection, type SshOptions, sshConnection } from '../hosts/ssh.ts';
import type { SshPlace } from '../hosts/ssh-errors.ts';
import type { TargetEnvironment } from './environment.ts';
import type { SshSpec } from './spec.ts';
import { type SshWay, sshWay } from './ssh-config.ts';
import { sshOptions } from './ssh-files.ts';

/** A connection, and where it leads. */
export interface OpenedSsh extends SshConnection {
  place: SshPlace;
}

interface Within {
  /** How many hosts the way went through to come here. */
  depth?: number;
  /** The host to go through; its own way there is gone already. */
  before?: OpenedSsh;
}

/** More hosts to jump through than this lead round in a circle. */
const MOST_JUMPS = 8;

/** A connection with the user's own configuration, keys, agent and known hosts. Nothing is sent before it is used. */
export async function openSsh(
  spec: SshSpec,
  environment: TargetEnvironment,
  { depth = 0, before }: Within = {},
): Promise<OpenedSsh> {
  const way = await sshWay(spec, environment);
  const last = before ?? (await jumped(way, environment, depth));
  const through = throughOf(way, last, environment);
  const options = await sshOptions(spec, way, environment);
  const connection = sshConnection({ ...options, ...(through ? { through } : {}) });
  return {
    ...connection,
    place: way,
    close() {
      connection.close();
      last?.close();
    },
  };
}

/** The last of the hosts to go through. Of them only the first has a way of its own, as with ssh. */
async function jumped(
  { host, jumps }: SshWay,
  environment: TargetEnvironment,
  depth: number,
): Promise<OpenedSsh | undefined> {
  const deeper = depth + jumps.length;
  if (deeper > MOST_JUMPS) {
    const fix = 'look at ProxyJump in ~/.ssh/config';
    throw new TargetError('the way there leads in a circle, or through too many hosts', { where: host, fix });
  }
  let last: OpenedSsh | undefined;
  for (const jump of jumps) {
    last = await openSsh(jump, environment, { depth: deeper, ...(last ? { before: last } : {}) });
  }
  return last;
}

function throughOf(
  { host, port, command }: SshWay,
  last: SshConnection | undefined,
  { env }: TargetEnvironment,
): SshOptions['through'] {
  if (last) return () => last.tunnel(host, port);
  return command === undefined ? undefined : async () => localDuplex(command, env);
}
