import type { CommandResult, Host } from '../hosts/host.ts';
import { must } from './agent-place.ts';

/** Asks nothing, keeps configuration files as they are, and waits for another one's dpkg. */
export const APT: readonly string[] = [
  'env',
  'LC_ALL=C',
  'DEBIAN_FRONTEND=noninteractive',
  'apt-get',
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Dpkg::Options::=--force-confold',
];

/** Milliseconds: slow mirrors, and the wait for the lock. */
export const APT_TIMEOUT = 1_200_000;

/** Runs apt; where an earlier dpkg was cut off in the middle, that is brought to an end first. */
export async function repaired(host: Host, argv: readonly string[]): Promise<CommandResult> {
  const first = await host.run(argv, { timeout: APT_TIMEOUT });
  if (first.exitCode === 0 || !/dpkg was interrupted|dpkg --configure -a/.test(first.stderr)) return first;
  // A package that cannot be configured can still be removed.
  await host.run(['env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', '--configure', '-a'], {
    timeout: APT_TIMEOUT,
  });
  return host.run(argv, { timeout: APT_TIMEOUT });
}

/** What a simulation says: `Inst name (version …)` is new, `Inst name [old] (…)` an upgrade. */
export function plannedChanges(text: string): { installed: string[]; removed: string[] } {
  const names = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, name = '']) => name).sort();
  return { installed: names(/^Inst (\S+) \(/gm), removed: names(/^(?:Remv|Purg) (\S+)/gm) };
}

/**
 * Removes packages with their configuration, but never one that was there before: what something else needs
 * by now stays, and the log says so.
 */
export async function removeAdded(
  host: Host,
  { added, asked, log }: { added: readonly string[]; asked: readonly string[]; log(line: string): void },
): Promise<void> {
  const installed = await stillInstalled(host, added);
  for (const names of [installed, installed.filter((name) => asked.includes(name))]) {
    if (names.length === 0) continue;
    const argv = [...APT, 'purge', '--yes', ...names];
    const simulated = await must(host, [...APT, '--simulate', 'purge', ...names]);
    const foreign = plannedChanges(simulated.stdout).removed.filter((name) => !added.includes(name));
    if (foreign.length === 0) {
      await must({ ...host, run: () => repaired(host, argv) }, argv);
      return;
    }
    log(`${host.node}: ${foreign.join(', ')} need ${names.join(', ')} by now`);
  }
  if (installed.length > 0) log(`${host.node}: stays installed: ${installed.join(', ')}`);
}

/** Half installed counts, too. Names of apt may carry an architecture: `libc6:amd64`. */
async function stillInstalled(host: Host, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { stdout } = await host.run([
    ...['dpkg-query', '-W', '-f', '${Package}\\t${db:Status-Status}\\n'],
    ...names,
  ]);
  const there = new Set(
    stdout
      .split('\n')
      .filter((line) => /\t(?!not-installed$|config-files$)\S+$/.test(line))
      .map((line) => line.split('\t')[0]),
  );
  return names.filter((name) => there.has(name.split(':')[0]));
}
