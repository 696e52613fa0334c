import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { pass, warn } from '../../verdict.ts';

const UNIT = 'systemd-resolved.service';

export const resolved = defineCheck({
  id: 'NET-RESOLVED',
  group: 'network',
  title: 'systemd-resolved keeps out',
  looksAt: `systemctl show ${UNIT}`,
  why: 'Proxmox VE writes /etc/resolv.conf itself. resolved makes a link of it, and the settings made in the interface are lost.',
  needs: 'host',
  scope: 'node',
  read: readUnits,
  judge(seen, { node }) {
    const unit = unitsOf(seen).get(UNIT);
    if (unit?.active !== 'active' && unit?.enabled !== 'enabled')
      return pass(unit?.enabled === 'masked' ? 'masked' : 'not active');
    return warn(
      'systemd-resolved is active or enabled beside the resolver settings of Proxmox VE',
      {
        text: 'mask it, and see that /etc/resolv.conf is a file with a name server',
        command: `systemctl mask --now ${UNIT}`,
      },
      {
        changes: [
          {
            kind: 'command',
            node,
            argv: ['systemctl', 'mask', '--now', UNIT],
            undo: ['systemctl', 'unmask', UNIT],
          },
        ],
      },
    );
  },
});
