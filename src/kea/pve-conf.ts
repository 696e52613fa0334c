/** Guests' firewall file (`/etc/pve/firewall/<vmid>.fw`): true if its options hold `dhcp: 0`. */
export function forbidsDhcp(text: string): boolean {
  let section = '';
  let allowed = true;
  for (const line of text.split('\n')) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const value = /^\s*dhcp:\s*(\d+)/i.exec(line)?.[1];
    if (section === 'options' && value !== undefined) allowed = value !== '0';
  }
  return !allowed;
}

/**
 * SDN vnet → zone, for the zones with a DHCP server of their own (`dhcp dnsmasq` in sdn/zones.cfg).
 * Two servers on one segment would answer each other's guests.
 */
export function sdnDhcpVnets(zones: string, vnets: string): Map<string, string> {
  const serving = new Set(
    [...sections(zones)].filter(([, settings]) => settings.has('dhcp')).map(([name]) => name),
  );
  const found = new Map<string, string>();
  for (const [vnet, settings] of sections(vnets)) {
    const zone = settings.get('zone');
    if (zone !== undefined && serving.has(zone)) found.set(vnet, zone);
  }
  return found;
}

/** `nameserver` and `search`/`domain` of resolv.conf, in the form of a guest's own settings. */
export function readResolvConf(text: string): { nameserver: string; searchdomain: string } {
  const values = (key: RegExp): string[] =>
    text.split('\n').flatMap((line) => key.exec(line)?.[1]?.split(/\s+/) ?? []);
  return {
    // A resolver on the node's own loopback is of no use to a guest.
    nameserver: values(/^nameserver\s+(\S+)/)
      .filter((server) => !server.startsWith('127.'))
      .join(' '),
    searchdomain: values(/^(?:search|domain)\s+(.*\S)/).join(' '),
  };
}

/** Proxmox VE's section files: `type: name`, then indented `key value` lines. */
function sections(text: string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  let settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const name = /^\w+:\s*(\S+)\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      settings = new Map();
      found.set(name, settings);
    }
    const [, key, value] = /^\s+([\w-]+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (key !== undefined) settings.set(key, value ?? '');
  }
  return found;
}
