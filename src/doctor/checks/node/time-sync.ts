import { defineCheck } from '../../check.ts';
import type { Look } from '../../look.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { pass, warn } from '../../verdict.ts';

const CLOCKS = ['chrony', 'systemd-timesyncd', 'ntpsec', 'openntpd', 'ntp'] as const;

export const timeSync = defineCheck({
  id: 'PVE-TIME-SYNC',
  group: 'node',
  title: 'Clock is kept right',
  looksAt: `systemctl show ${CLOCKS.join(' ')}, chronyc tracking, timedatectl`,
  why: 'Tickets are signed with the time: clocks that drift apart end log-ins with 401, and Ceph and HA with worse.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Time_Synchronization',
  read: async (look) => ({ units: await readUnits(look), adrift: look.hasHost && (await isAdrift(look)) }),
  judge({ units: said, adrift }, { node }) {
    const units = unitsOf(said);
    const running = CLOCKS.find((name) => units.get(`${name}.service`)?.active === 'active');
    if (running && adrift)
      return warn(`${running} is active, but reaches no server: the clock runs by itself`, {
        text: 'let UDP port 123 through, or name a time server of your network',
        command: running === 'chrony' ? 'chronyc -n sources' : 'timedatectl timesync-status',
      });
    if (running) return pass(`${running} is active`);
    const there = CLOCKS.find((name) =>
      ['loaded', 'masked'].includes(units.get(`${name}.service`)?.load ?? ''),
    );
    if (!there)
      return warn('nothing keeps the clock right: no chrony, no systemd-timesyncd, no ntpsec', {
        text: 'install chrony',
        command: 'apt-get install -y chrony',
      });
    const start = [
      { kind: 'command' as const, node, argv: ['systemctl', 'unmask', there] },
      { kind: 'command' as const, node, argv: ['systemctl', 'enable', there] },
      {
        kind: 'command' as const,
        node,
        argv: ['systemctl', 'start', there],
        undo: ['systemctl', 'stop', there],
      },
    ];
    const masked = units.get(`${there}.service`)?.enabled === 'masked';
    return warn(
      `${there} is installed but not active: nothing keeps the clock right`,
      {
        text: `start ${there}`,
        command: `systemctl enable --now ${there}`,
      },
      { changes: masked ? start : start.slice(1) },
    );
  },
});

/** Said by whom it is known; false where nobody says. */
async function isAdrift(look: Look): Promise<boolean> {
  const [tracking, kernel] = await Promise.all([
    look.command('chronyc', '-c', '-n', 'tracking'),
    look.command('timedatectl', 'show', '--property=NTPSynchronized'),
  ]);
  // The last field is the leap status.
  if (tracking.exitCode === 0) return /not synchroni[sz]ed\s*$/i.test(tracking.stdout);
  return kernel.exitCode === 0 && kernel.stdout.trim() === 'NTPSynchronized=no';
}
