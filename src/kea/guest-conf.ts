import type { Finding } from './finding.ts';
import { type Address, readAddress } from './guest-address.ts';
import { readNic } from './guest-nic.ts';
import { checkDnsServers, checkHostname, checkSearchDomains } from './validate.ts';

export type GuestKind = 'qemu' | 'lxc';

/** One NIC with everything that DHCP needs to know of it. */
export interface GuestNic {
  /** `net0` */
  id: string;
  /** Lower case. */
  mac: string;
  bridge: string;
  tag: number | null;
  firewall: boolean;
  /** Undefined: nothing static is configured, so there is nothing to serve. */
  ipv4: Address | undefined;
  /** `ip6=` as it stands, if it is static. */
  ipv6: string | undefined;
}

export interface Guest {
  vmid: number;
  kind: GuestKind;
  template: boolean;
  hostname: string | undefined;
  dnsServers: readonly string[];
  searchDomains: readonly string[];
  /** Neither `nameserver` nor `searchdomain` is set: Proxmox VE then gives the node's own. */
  hostDns: boolean;
  nics: readonly GuestNic[];
  /** NICs that stand in the file but cannot be read; what they were before goes on being served. */
  broken: readonly string[];
  /** Nothing in the file reads as a guest's configuration: empty, half-written or garbage. */
  unreadable: boolean;
  findings: readonly Finding[];
}

/** Reads the live part of one guest's configuration. Never throws: what is broken becomes a finding. */
export function parseGuestConf(text: string, { vmid, kind }: { vmid: number; kind: GuestKind }): Guest {
  const settings = liveSettings(text);
  const findings: Finding[] = [];
  const report = (nic: string | null, severity: Finding['severity'], message: string): void => {
    findings.push({ vmid, nic, severity, message });
  };
  const unreadable = settings.size === 0;
  const template = settings.get('template') === '1';
  if (unreadable) report(null, 'error', 'the configuration file is empty or not readable as one');
  if (unreadable || template) return { ...nobody(vmid, kind), template, unreadable, findings };

  const nics: GuestNic[] = [];
  const broken: string[] = [];
  for (const [id, line] of nicLines(settings)) {
    const nic = readNic(line, kind);
    if ('problem' in nic) {
      report(id, 'error', nic.problem);
      broken.push(id);
      continue;
    }
    const ipconfig = kind === 'lxc' ? line : (settings.get(`ipconfig${id.slice(3)}`) ?? '');
    const read = readAddress(ipconfig);
    if ('ignored' in nic) {
      if (read.ipv4) report(id, 'info', 'not served: it is on no bridge');
      continue;
    }
    for (const { severity, message } of read.notes) report(id, severity, message);
    if (read.broken) broken.push(id);
    else nics.push({ id, ...nic, ipv4: read.ipv4, ipv6: read.ipv6 });
  }
  for (const key of settings.keys()) {
    const number = /^ipconfig(\d+)$/.exec(key)?.[1];
    if (kind === 'qemu' && number && !settings.has(`net${number}`)) {
      report(`net${number}`, 'warning', `${key} is set, but there is no net${number}`);
    }
  }
  const hostname = checkHostname(settings.get(kind === 'lxc' ? 'hostname' : 'name'));
  const dns = checkDnsServers(settings.get('nameserver'));
  const search = checkSearchDomains(settings.get('searchdomain'));
  if (nics.some(({ ipv4 }) => ipv4)) {
    for (const problem of [...hostname.problems, ...dns.problems, ...search.problems]) {
      report(null, 'warning', problem);
    }
  }
  return {
    vmid,
    kind,
    template,
    hostname: hostname.value,
    dnsServers: dns.value,
    searchDomains: search.value,
    hostDns: !settings.has('nameserver') && !settings.has('searchdomain'),
    nics,
    broken,
    unreadable,
    findings,
  };
}

function nobody(vmid: number, kind: GuestKind) {
  return {
    vmid,
    kind,
    hostname: undefined,
    dnsServers: [],
    searchDomains: [],
    hostDns: false,
    nics: [],
    broken: [],
  };
}

/**
 * `key: value` up to the first `[section]`: snapshots, `[PENDING]` and `[special:cloudinit]` come after it.
 * Lines with `#` are the guest's description. The last of two equal keys counts, as in Proxmox VE's own parser.
 */
function liveSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (/^\[/.test(line)) break;
    const match = /^([a-z][a-z_]*\d*):\s*(.*?)\s*$/.exec(line);
    if (match) settings.set(match[1] as string, match[2] as string);
  }
  return settings;
}

function nicLines(settings: ReadonlyMap<string, string>): [string, string][] {
  return [...settings]
    .filter(([key]) => /^net\d{1,2}$/.test(key))
    .sort(([a], [b]) => Number(a.slice(3)) - Number(b.slice(3)));
}
