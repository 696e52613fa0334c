import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { listed, pass, warn } from '../../verdict.ts';

const UNITS = ['systemd-networkd.service', 'systemd-networkd.socket'] as const;

export const networkd = defineCheck({
  id: 'NET-NETWORKD',
  group: 'network',
  title: 'systemd-networkd keeps out',
  looksAt: `systemctl show ${UNITS.join(' ')}`,
  why: 'Proxmox VE configures the network by ifupdown2. A second manager takes interfaces away from it: bridges lose their ports.',
  needs: 'host',
  scope: 'node',
  read: readUnits,
  judge(seen, { node }) {
    const units = unitsOf(seen);
    const awake = UNITS.filter(
      (name) => units.get(name)?.active === 'active' || units.get(name)?.enabled === 'enabled',
    );
    if (awake.length === 0) return pass(units.get(UNITS[0])?.enabled === 'masked' ? 'masked' : 'not active');
    const names = awake.map((name) => name.replace('.service', ''));
    return warn(
      `${listed(names)} ${names.length === 1 ? 'is' : 'are'} active or enabled beside ifupdown2`,
      {
        text: 'mask it, so that no package starts it again',
        command: `systemctl mask --now ${awake.join(' ')}`,
      },
      {
        changes: awake.map((name) => ({
          kind: 'command' as const,
          node,
          argv: ['systemctl', 'mask', '--now', name],
          undo: ['systemctl', 'unmask', name],
        })),
      },
    );
  },
});
