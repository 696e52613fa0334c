import type { KeaProgram } from './kea-process.ts';
import type { Segment } from './segment.ts';
import type { NetworkStatus } from './status.ts';

/** Looks for DHCP servers on the wire that are not ours. */
export interface OtherServers {
  look(segments: readonly Segment[]): Promise<void>;
  /** What the last look found on this network. */
  seen(segment: Segment): NetworkStatus['otherServers'];
}

/** `self` are the words that start this program; its command `kea probe` runs inside of each namespace. */
export function otherServers(
  kea: KeaProgram,
  { self, now }: { self: readonly string[]; now(): number },
): OtherServers {
  const found = new WeakMap<Segment, NetworkStatus['otherServers']>();
  return {
    seen: (segment) => found.get(segment) ?? [],
    async look(segments) {
      for (const segment of segments) {
        if (segment.waiting || !segment.current) continue;
        const enter = ['nsenter', `--net=/run/netns/${segment.names.namespace}`, '--'];
        const { code, stdout } = await kea.commands.run([...enter, ...self, 'kea', 'probe', '--json']);
        if (code === 0) found.set(segment, readServers(stdout, now()));
      }
    },
  };
}

function readServers(text: string, seen: number): NetworkStatus['otherServers'] {
  try {
    const { servers } = JSON.parse(text) as { servers: string[] };
    return servers.map((server) => ({ server, seen }));
  } catch {
    return [];
  }
}
