import { readdirSync, rmSync } from 'node:fs';
import { writeAtomic } from '../state/files.ts';
import type { World } from '../world.ts';
import { providedUnits } from './package-list.ts';
import { hostPath } from './paths.ts';
import { readHostFile } from './read-files.ts';

/** Where an administrator's units lie. */
const FOLDER = '/etc/systemd/system';

/** Units that somebody wrote there, or that came with packages. */
export function addedUnits(world: World, machine: string): string[] {
  return [...writtenUnits(world, machine), ...providedUnits(world, machine)];
}

function hasFile(world: World, machine: string, unit: string): boolean {
  return writtenUnits(world, machine).includes(unit);
}

/** Gives a process to a unit that starts: its number, and the environment that its file says. */
export function startProcess(world: World, machine: string, unit: string): number {
  const pid = 2_000 + [...unit].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 28_000, 7);
  const text = hasFile(world, machine, unit)
    ? readHostFile({ world, node: machine }, `${FOLDER}/${unit}`).toString('utf8')
    : '';
  const variables = [...text.matchAll(/^Environment="?([^"\n]*)"?$/gm)].map(([, variable]) => variable);
  writeAtomic(hostPath(world, machine, `/proc/${pid}/environ`), variables.map((one) => `${one}\0`).join(''));
  return pid;
}

export function endProcess(world: World, machine: string, pid: number | undefined): void {
  if (pid !== undefined) rmSync(hostPath(world, machine, `/proc/${pid}`), { recursive: true, force: true });
}

/** What a machine does when it boots and when it is shut down. */
export function startEnabled(world: World, machine: string): void {
  for (const unit of addedUnits(world, machine)) {
    const { enabled, load } = world.conditions.node(machine).units?.[unit] ?? {};
    if (load === 'masked' || enabled !== 'enabled') continue;
    world.conditions.changeUnit(machine, unit, { active: 'active', pid: startProcess(world, machine, unit) });
  }
}

export function stopAll(world: World, machine: string): void {
  for (const [unit, { pid }] of Object.entries(world.conditions.node(machine).units ?? {})) {
    endProcess(world, machine, pid);
    world.conditions.changeUnit(machine, unit, { active: 'inactive', pid: undefined });
  }
}

function writtenUnits(world: World, machine: string): string[] {
  try {
    return readdirSync(hostPath(world, machine, FOLDER)).filter((name) => /^[^.].*\.service$/.test(name));
  } catch {
    return [];
  }
}
