import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { pass, warn } from '../../verdict.ts';

const UNIT = 'kea-dhcp4-server.service';

export const keaPackageService = defineCheck({
  id: 'KEA-PACKAGE-SERVICE',
  group: 'kea',
  title: "Debian's own Kea service is off",
  looksAt: `systemctl show ${UNIT}`,
  why: 'Its package starts a Kea of its own, which listens on the node itself beside the one per network of our agent.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'makes',
  read: readUnits,
  judge(seen, { node }) {
    const unit = unitsOf(seen).get(UNIT);
    const awake = unit?.active === 'active' || unit?.enabled === 'enabled';
    if (!awake) return pass(unit === undefined || unit.load === 'not-found' ? 'not there' : 'off');
    return warn(
      `${UNIT} is ${unit.active}${unit.enabled === 'enabled' ? ' and starts with the node' : ''}`,
      {
        text: 'switch it off, unless it serves something of yours',
        command: `systemctl disable --now ${UNIT}`,
      },
      {
        changes: [
          {
            kind: 'command',
            node,
            argv: ['systemctl', 'disable', '--now', UNIT],
            undo: ['systemctl', 'enable', '--now', UNIT],
          },
        ],
      },
    );
  },
});
