import { defineCheck, type Verdict } from '../../check.ts';
import { type GuestSaid, guestName } from '../../read/guests.ts';
import { readKeaContainer } from '../../read/kea-container.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { fail, lacking, pass } from '../../verdict.ts';

const UNIT = 'proxwright-kea.service';

function stopped(container: GuestSaid, node: string): Verdict {
  const vmid = String(container.vmid);
  return fail(
    `container ${guestName(container)} with the Kea agent does not run`,
    { text: 'start it', command: `pct start ${vmid}` },
    {
      changes: [{ kind: 'command', node, argv: ['pct', 'start', vmid], undo: ['pct', 'shutdown', vmid] }],
    },
  );
}

export const keaAgent = defineCheck({
  id: 'KEA-AGENT',
  group: 'kea',
  title: 'Kea agent runs',
  looksAt: `systemctl show ${UNIT}, containers of ours`,
  why: 'Without it no guest learns of a changed address, and new guests get none.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'makes',
  read: async (look) => ({ units: await readUnits(look), container: await readKeaContainer(look) }),
  judge({ units, container }, about) {
    const unit = unitsOf(units).get(UNIT);
    if (container?.running) return pass(`in container ${guestName(container)}`);
    if (container) return stopped(container, about.node);
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
