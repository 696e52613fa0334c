import { join } from 'node:path';
import { isContainer } from '../state/containers.ts';
import { readJson, remove, writeJson } from '../state/files.ts';
import type { World } from '../world.ts';

/** What a node of Proxmox VE 9.2 has installed, of all that anybody asks for here. */
const NODE: Readonly<Record<string, string>> = {
  chrony: '4.6.1-3',
  ifupdown2: '3.3.0-1+pmx11',
  iproute2: '6.15.0-1',
  lvm2: '2.03.31-2',
  openssl: '3.5.4-1',
  'pve-edk2-firmware-ovmf': '4.2025.05-2',
  'pve-manager': '9.2.11',
  'qemu-server': '9.2.6',
  'util-linux': '2.41-5',
  virtiofsd: '1.13.2-1',
};

/** Of a container that was made from Debian's template. */
const CONTAINER: Readonly<Record<string, string>> = {
  iproute2: '6.15.0-1',
  openssl: '3.5.4-1',
  'util-linux': '2.41-5',
};

interface Package {
  version: string;
  needs: readonly string[];
  /** The service that it brings along. */
  unit?: string;
}

/** What apt could install, of all that anybody asks for here. */
export const AVAILABLE: Readonly<Record<string, Package>> = {
  containerd: { version: '1.7.24~ds1-6', needs: ['runc'], unit: 'containerd.service' },
  // The command is a package of its own since Debian 13; the other two merely recommend it.
  'docker-cli': { version: '26.1.5+dfsg1-9', needs: [] },
  'docker-compose': { version: '2.26.1-4', needs: [] },
  'docker.io': { version: '26.1.5+dfsg1-9', needs: ['containerd', 'runc'], unit: 'docker.service' },
  'kea-common': { version: '2.6.3-1', needs: ['liblog4cplus-2.0.5t64', 'libmariadb3', 'libpq5'] },
  'kea-dhcp4-server': { version: '2.6.3-1', needs: ['kea-common'], unit: 'kea-dhcp4-server.service' },
  'kea-dhcp6-server': { version: '2.6.3-1', needs: ['kea-common'], unit: 'kea-dhcp6-server.service' },
  'liblog4cplus-2.0.5t64': { version: '2.0.8-1.2+b2', needs: [] },
  libmariadb3: { version: '1:11.8.3-0+deb13u1', needs: [] },
  libpq5: { version: '17.6-0+deb13u1', needs: [] },
  runc: { version: '1.1.15+ds1-2+b4', needs: [] },
};

export function installed(world: World, machine: string): Readonly<Record<string, string>> {
  return {
    ...(isContainer(machine) ? CONTAINER : NODE),
    ...readJson<Record<string, string>>(file(world, machine)),
  };
}

/** The names with all that they need and that is not there, needs first. Throws for a name that nobody knows. */
export function missing(world: World, machine: string, names: readonly string[]): string[] {
  const there = installed(world, machine);
  const found: string[] = [];
  const visit = (name: string): void => {
    if (there[name] !== undefined || found.includes(name)) return;
    const known = AVAILABLE[name];
    if (!known) throw new Error(`E: Unable to locate package ${name}`);
    for (const need of known.needs) visit(need);
    found.push(name);
  };
  for (const name of names) visit(name);
  return found;
}

/** The names, and all installed ones that need any of them. */
export function dependents(world: World, machine: string, names: readonly string[]): string[] {
  const there = Object.keys(installed(world, machine));
  const gone = new Set(names.filter((name) => there.includes(name)));
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const name of there) if (AVAILABLE[name]?.needs.some((need) => gone.has(need))) gone.add(name);
  }
  return [...gone].sort();
}

export function setInstalled(
  world: World,
  machine: string,
  { add = [], drop = [] }: { add?: readonly string[]; drop?: readonly string[] },
): void {
  const before = readJson<Record<string, string>>(file(world, machine)) ?? {};
  const now = Object.fromEntries(
    [
      ...Object.entries(before),
      ...add.map((name) => [name, AVAILABLE[name]?.version ?? '1'] as const),
    ].filter(([name]) => !drop.includes(name)),
  );
  if (Object.keys(now).length === 0) remove(file(world, machine));
  else writeJson(file(world, machine), now);
}

/** Services of the packages that are installed. */
export function providedUnits(world: World, machine: string): string[] {
  return Object.keys(installed(world, machine)).flatMap((name) => AVAILABLE[name]?.unit ?? []);
}

function file(world: World, machine: string): string {
  return join(world.stateDir, 'nodes', machine, 'packages.json');
}
