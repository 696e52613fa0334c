import { existsSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import type { Surroundings } from './networks.ts';
import { debianFolders, type Folders } from './place.ts';

/** Everything about the agent that somebody may want to choose; all of it from the environment of its unit. */
export interface AgentSettings {
  pve: string;
  folders: Folders;
  /** Root-only folder of the status socket. */
  statusFolder: string;
  program: string;
  /** Seconds between looks at everything, for the case that nobody told us of a change. */
  poll: number;
  /** Seconds between looks for other DHCP servers; 0: never. */
  probe: number;
  firewallBridges: Surroundings['firewallBridges'];
  dhcp6: boolean;
  /** Bridges on which nobody is served. */
  excluded: ReadonlySet<string>;
  /** Undefined: guests without DNS settings get none. */
  resolvConf: string | undefined;
}

const DEFAULT_STATUS_FOLDER = '/run/proxwright';

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads VM_CHECK_POLL and PROXWRIGHT_KEA_*. Throws UsageError for a value that makes no sense. */
export function agentSettings(variables: Variables, { hooks }: { hooks: string }): AgentSettings {
  const own = (name: string): string | undefined => variables[`PROXWRIGHT_KEA_${name}`] || undefined;
  return {
    pve: own('PVE') ?? '/etc/pve',
    folders: { run: own('RUN') ?? debianFolders.run, leases: own('LEASES') ?? debianFolders.leases, hooks },
    statusFolder: statusFolder(variables),
    program: own('PROGRAM') ?? '/usr/sbin/kea-dhcp4',
    poll: seconds(variables, { name: 'VM_CHECK_POLL', least: 1, standard: 60 }),
    probe: seconds(variables, { name: 'PROXWRIGHT_KEA_PROBE', least: 0, standard: 600 }),
    firewallBridges: own('FIREWALL_BRIDGES') === 'always' ? 'always' : 'when-needed',
    dhcp6: own('DHCP6') === '1',
    excluded: new Set((own('EXCLUDE') ?? '').split(/[\s,]+/).filter((bridge) => bridge !== '')),
    resolvConf: own('HOST_DNS') === '0' ? undefined : resolvConf(own('RESOLV_CONF')),
  };
}

/** The node's, of which a container has a copy of its own; that of a link, which leads nowhere there, is better. */
function resolvConf(ofNode: string | undefined): string {
  return ofNode !== undefined && existsSync(ofNode) ? ofNode : '/etc/resolv.conf';
}

export function statusFolder(variables: Variables): string {
  return variables.PROXWRIGHT_KEA_STATUS || DEFAULT_STATUS_FOLDER;
}

function seconds(
  variables: Variables,
  { name, least, standard }: { name: string; least: number; standard: number },
): number {
  const text = variables[name];
  if (text === undefined || text === '') return standard;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && value <= 86_400) return value;
  throw new UsageError(`${name}=${text} is not a number of seconds from ${least} to 86400`, {
    fix: `set ${name} to seconds, such as ${standard}, or leave it out`,
  });
}
