import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ip, type Lab } from './kea-lab.ts';

/** Clients by the hundred on a lab's bridge: `rate` DISCOVERs a second, one MAC after the other. See bench/kea-probe.ts. */
export interface Probing {
  /** Asks for this MAC until it is OFFERed that address. Returns when that was, in nanoseconds of CLOCK_MONOTONIC. */
  chase(mac: string, address: string): Promise<bigint>;
  /** Ends it: how many requests were never answered, with the times of the first and the last of them. */
  end(): Promise<{ sent: number; lost: number; lostAt: (number | null)[] }>;
}

export async function startProbing(
  lab: Lab,
  { rate, macs }: { rate: number; macs: readonly string[] },
): Promise<Probing> {
  const namespace = lab.guest('02:00:00:00:00:fe');
  ip('-n', namespace, 'addr', 'add', '169.254.250.250/32', 'dev', 'eth0');
  ip('-n', namespace, 'route', 'add', 'default', 'dev', 'eth0');
  const script = join(import.meta.dirname, '../../bench/kea-probe.ts');
  const enter = ['nsenter', `--net=/run/netns/${namespace}`];
  const child = lab.spawn([...enter, process.execPath, script, String(rate), ...macs]);
  child.stderr?.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string);
  await next();
  return {
    async chase(mac, address) {
      child.stdin?.write(`chase ${mac} ${address}\n`);
      return BigInt(((await next()) as { at: string }).at);
    },
    async end() {
      child.stdin?.write('end\n');
      return (await next()) as Awaited<ReturnType<Probing['end']>>;
    },
  };
}
