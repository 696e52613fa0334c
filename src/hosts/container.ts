import type { Host } from './host.ts';
import { remoteHost } from './remote.ts';

/** The inside of a running container as a host of its own, through `pct exec` on its node. */
export function containerHost(host: Host, vmid: number): Host {
  return remoteHost(host.node, async (argv, { repeatable: _, ...options }) => {
    const done = await host.run(['pct', 'exec', String(vmid), '--', ...argv], options);
    return { ...done, stdout: Buffer.from(done.stdout), stderr: Buffer.from(done.stderr) };
  });
}
