import type { World } from '../world.ts';
import { formatBytes } from './drives.ts';

/** Bytes per second that a node copies at, and what every copy takes anyway (measured on a 256 MiB image). */
const BYTES_PER_MS = 400 * 1024 * 1.024;
const BASE_MS = 60;
/** Below this qemu-img reports quarters, above it about every per cent. */
const FINE_FROM = 512 * 1024 * 1024;

/** Spends the time that a copy takes and logs its progress as qemu-img's output is logged. */
export async function transfer(
  world: World,
  copy: { size: number; used: number },
  log: (line: string) => void,
): Promise<void> {
  const steps = copy.size < 1024 * 1024 ? 1 : copy.size < FINE_FROM ? 4 : 97;
  const ms = BASE_MS + copy.used / BYTES_PER_MS;
  line(copy.size, 0, log);
  for (let step = 1; step <= steps; step++) {
    await world.pace.wait(ms / steps);
    line(copy.size, step / steps, log);
  }
  line(copy.size, 1, log);
}

function line(size: number, part: number, log: (line: string) => void): void {
  log(`transferred ${formatBytes(size * part)} of ${formatBytes(size)} (${(part * 100).toFixed(2)}%)`);
}
