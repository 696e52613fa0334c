import type { Look } from '../look.ts';
import { Garbled } from '../look.ts';
import { outputOf, rowsOf, textAt } from '../understand.ts';

/** Every unit that any check asks for: one command for all of them. */
const UNITS = [
  'pve-cluster.service',
  'pveproxy.service',
  'pvedaemon.service',
  'pvestatd.service',
  'pvescheduler.service',
  'corosync.service',
  'chrony.service',
  'systemd-timesyncd.service',
  'ntpsec.service',
  'openntpd.service',
  'ntp.service',
  'networking.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'systemd-resolved.service',
  'proxwright-kea.service',
  'kea-dhcp4-server.service',
  'isc-dhcp-server.service',
  'dnsmasq.service',
] as const;

export interface Unit {
  /** `loaded`, `not-found`, `masked`. */
  load: string;
  /** `active`, `inactive`, `failed`, `activating`. */
  active: string;
  /** `enabled`, `disabled`, `masked`, `static`; empty where there is no such unit. */
  enabled: string;
}

/** What systemd says, or, where only the API is there, what it says of the services that it knows. */
export interface UnitsSaid {
  systemd?: string;
  services?: unknown;
}

export async function readUnits(look: Look): Promise<UnitsSaid> {
  if (!look.hasHost) return { services: await look.get('/nodes/{node}/services') };
  const properties = '--property=Id,LoadState,ActiveState,UnitFileState';
  return {
    systemd: outputOf(await look.command('systemctl', 'show', properties, '--', ...UNITS), 'systemctl show'),
  };
}

/** Unit → its state. One that was not answered for is missing. Throws Garbled. */
export function unitsOf(said: UnitsSaid): ReadonlyMap<string, Unit> {
  return said.systemd === undefined ? fromApi(said.services) : fromSystemd(said.systemd);
}

function fromSystemd(text: string): Map<string, Unit> {
  const units = new Map<string, Unit>();
  for (const block of text.split(/\n\s*\n/)) {
    const values = new Map(
      block
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    const id = values.get('Id');
    const active = values.get('ActiveState');
    if (id && active)
      units.set(id, {
        load: values.get('LoadState') ?? '',
        active,
        enabled: values.get('UnitFileState') ?? '',
      });
  }
  if (units.size === 0) throw new Garbled('systemctl show', text);
  return units;
}

function fromApi(value: unknown): Map<string, Unit> {
  const rows = rowsOf(value, 'the list of services');
  return new Map(
    rows.map((row) => {
      const active =
        textAt(row, 'active-state') || (textAt(row, 'state') === 'running' ? 'active' : 'inactive');
      const enabled = textAt(row, 'unit-state');
      return [
        `${textAt(row, 'service')}.service`,
        { load: enabled === 'not-found' ? enabled : 'loaded', active, enabled },
      ];
    }),
  );
}
