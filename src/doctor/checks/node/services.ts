import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { fail, listed, pass } from '../../verdict.ts';

/** In the order in which they need each other. */
const NEEDED = ['pve-cluster', 'pvedaemon', 'pveproxy', 'pvestatd', 'pvescheduler'] as const;

export const services = defineCheck({
  id: 'PVE-SERVICES',
  group: 'node',
  title: 'Services of Proxmox VE',
  looksAt: `systemctl show ${NEEDED.join(' ')}`,
  why: 'Without pve-cluster there is no /etc/pve, without pvedaemon and pveproxy no API, without pvestatd no figures, without pvescheduler no backups.',
  needs: 'api',
  scope: 'node',
  read: readUnits,
  judge(seen, { node }) {
    const units = unitsOf(seen);
    const down = NEEDED.filter((name) => units.get(`${name}.service`)?.active !== 'active');
    if (down.length === 0) return pass(`${listed(NEEDED)} are active`);
    const states = down.map((name) => `${name} ${stateOf(units.get(`${name}.service`)?.active)}`);
    const masked = down.filter((name) => units.get(`${name}.service`)?.enabled === 'masked');
    return fail(
      listed(states),
      {
        text: `start ${listed(down)}, and read why: journalctl -b -u ${down[0]}`,
        command: `systemctl start ${down.join(' ')}`,
      },
      {
        changes: [
          ...masked.map((name) => ({ kind: 'command' as const, node, argv: ['systemctl', 'unmask', name] })),
          ...down.map((name) => ({ kind: 'command' as const, node, argv: ['systemctl', 'start', name] })),
        ],
      },
    );
  },
});

function stateOf(active: string | undefined): string {
  if (active === undefined) return 'is not there';
  return active === 'failed' ? 'has failed' : `is ${active}`;
}
