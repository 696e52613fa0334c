import { interfaces } from '../guest/agent.ts';
import { failed, type HostResult, type Invocation, ok, type Program } from './result.ts';

/** Of bash, no more than its way to try a TCP connection: what a script may do here cannot be pretended. */
export const connectPrograms: Readonly<Record<string, Program>> = { bash };

function bash({ world, args }: Invocation): HostResult {
  const [option, script = '', address = '', port = ''] = args;
  if (option !== '-c' || !script.includes('/dev/tcp/')) {
    return failed(2, 'bash: the sandbox runs no scripts');
  }
  const now = world.pace.clock.now();
  // What listens there is not known; a guest that is up is taken to have all its ports open.
  const isUp = world.guests.ids().some((vmid) => {
    const run = world.running.get(vmid);
    const node = world.guests.nodeOf(vmid);
    if (!run || !node || run.agentAt === undefined || run.agentAt > now) return false;
    return JSON.stringify(interfaces(world, vmid, node)).includes(`"ip-address":${JSON.stringify(address)}`);
  });
  return isUp
    ? ok()
    : failed(1, `bash: connect: No route to host\nbash: /dev/tcp/${address}/${port}: No route to host`);
}
