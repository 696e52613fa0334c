import { defineCheck } from '../../check.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { pass, warn } from '../../verdict.ts';

const CLOCKS = ['chrony', 'systemd-timesyncd', 'ntpsec'] as const;

export const timeSync = defineCheck({
  id: 'PVE-TIME-SYNC',
  group: 'node',
  title: 'Clock is kept right',
  looksAt: `systemctl show ${CLOCKS.join(' ')}`,
  why: 'Tickets are signed with the time: clocks that drift apart end log-ins with 401, and Ceph and HA with worse.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Time_Synchronization',
  read: readUnits,
  judge(seen, { node }) {
    const units = unitsOf(seen);
    const running = CLOCKS.find((name) => units.get(`${name}.service`)?.active === 'active');
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
