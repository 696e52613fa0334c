import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { fail, lacking, pass } from '../../verdict.ts';

const UNIT = 'proxwright-kea.service';

export const keaAgent = defineCheck({
  id: 'KEA-AGENT',
  group: 'kea',
  title: 'Kea agent runs',
  looksAt: `systemctl show ${UNIT}`,
  why: 'Without it no guest learns of a changed address, and new guests get none.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'makes',
  read: readUnits,
  judge(seen, about) {
    const unit = unitsOf(seen).get(UNIT);
    if (unit === undefined || unit.load === 'not-found')
      return lacking(about, 'the Kea agent is not installed', {
        text: 'install it',
        command: 'proxwright kea install',
      });
    if (unit.active === 'active') return pass('active');
    const masked = unit.enabled === 'masked';
    const { node } = about;
    return fail(
      `the Kea agent is installed but ${unit.active}`,
      { text: `start it, and read why: journalctl -b -u ${UNIT}`, command: `systemctl start ${UNIT}` },
      {
        changes: [
          ...(masked ? [{ kind: 'command' as const, node, argv: ['systemctl', 'unmask', UNIT] }] : []),
          { kind: 'command', node, argv: ['systemctl', 'start', UNIT], undo: ['systemctl', 'stop', UNIT] },
        ],
      },
    );
  },
});
