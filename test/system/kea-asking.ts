import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ip, type Lab } from './kea-lab.ts';
import type { RawAnswer, RawRequest } from './kea-raw-client.ts';

/** Sends one DHCP message of that type (option 53) from a guest, and gives the answer; null: silence. */
export type Ask = (type: number, more?: Partial<RawRequest>) => Promise<RawAnswer>;

/** A guest on the lab's bridge that has `address` already, and sends what it is told. */
export function startAsking(lab: Lab, { mac, address }: { mac: string; address: string }): Ask {
  const namespace = lab.guest(mac);
  // Answers to a client that has its address already come to that address.
  ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  ip('-n', namespace, 'route', 'add', 'default', 'dev', 'eth0');
  const script = join(import.meta.dirname, 'kea-raw-client.ts');
  const client = lab.spawn(['nsenter', `--net=/run/netns/${namespace}`, process.execPath, script]);
  client.stderr?.pipe(process.stderr);
  const lines = createInterface({ input: client.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return async (type, more = {}) => {
    client.stdin?.write(`${JSON.stringify({ mac, type, ...more })}\n`);
    return JSON.parse((await lines.next()).value as string) as RawAnswer;
  };
}
