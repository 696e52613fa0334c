import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quietSurroundings, type Surroundings } from './networks.ts';
import { readResolvConf } from './pve-conf.ts';
import { readFirewalledDhcp, readOrNothing, readSdnDhcp } from './tree.ts';
import { checkDnsServers, checkSearchDomains } from './validate.ts';

/** Keeps {@link Surroundings} up to date; every look is cheap while nothing changes. */
export interface SurroundingsReader {
  now(): Surroundings;
  /** True: something is different. A look that is not thorough sees new and removed files, but not every change. */
  lookAtFiles(options: { thorough: boolean }): boolean;
  lookAtLinks(): boolean;
}

export function surroundingsReader(options: {
  pve: string;
  resolvConf: string | undefined;
  firewallBridges: Surroundings['firewallBridges'];
  dhcp6: boolean;
  excluded: Surroundings['excluded'];
}): SurroundingsReader {
  const { pve, resolvConf, firewallBridges, dhcp6, excluded } = options;
  let now: Surroundings = { ...quietSurroundings, firewallBridges, dhcp6, excluded };
  let seen = '';
  let files = '';
  let links = '';
  return {
    now: () => now,
    lookAtFiles({ thorough }) {
      const folders = [join(pve, 'firewall'), join(pve, 'sdn')];
      const quick = [...folders, resolvConf ?? ''].map(fileStamp).join();
      if (!thorough && quick === seen) return false;
      seen = quick;
      // One look at every file: a node can have thousands of them.
      const stamp = [...folders.map(stampOf), fileStamp(resolvConf ?? '')].join();
      if (stamp === files) return false;
      files = stamp;
      const hostDns = resolvConf === undefined ? quietSurroundings.hostDns : readHostDns(resolvConf);
      now = { ...now, firewalledDhcp: readFirewalledDhcp(pve), sdnDhcp: readSdnDhcp(pve), hostDns };
      return true;
    },
    lookAtLinks() {
      const running = runningGuests();
      const stamp = [...running].sort((a, b) => a - b).join();
      if (stamp === links) return false;
      links = stamp;
      now = { ...now, running };
      return true;
    },
  };
}

export function readHostDns(resolvConf: string): Surroundings['hostDns'] {
  const { nameserver, searchdomain } = readResolvConf(readOrNothing(resolvConf));
  return { servers: checkDnsServers(nameserver).value, search: checkSearchDomains(searchdomain).value };
}

/** Guests with a network device of their own: QEMU's tap100i0, containers' veth100i0. */
function runningGuests(): Set<number> {
  const running = new Set<number>();
  try {
    for (const name of readdirSync('/sys/class/net')) {
      const vmid = /^(?:tap|veth)(\d{3,9})i\d+$/.exec(name)?.[1];
      if (vmid) running.add(Number(vmid));
    }
  } catch {
    // No /sys: nobody is known to run.
  }
  return running;
}

function stampOf(folder: string): string {
  try {
    return readdirSync(folder)
      .map((file) => `${file} ${fileStamp(join(folder, file))}`)
      .join();
  } catch {
    return '';
  }
}

function fileStamp(path: string): string {
  const stat = path === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : '';
}
