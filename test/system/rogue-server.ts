import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ip, type Lab } from './kea-lab.ts';

/** A DHCP server that nobody asked for, busybox's, on the lab's bridge. `address` ends in 1. */
export function rogueServer(lab: Lab, address: string): ChildProcess {
  const namespace = lab.guest('02:00:00:00:00:66');
  ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  const conf = `${lab.folder}/udhcpd.conf`;
  const lines = [
    `start ${address}0`,
    `end ${address}9`,
    'interface eth0',
    `lease_file ${lab.folder}/rogue.leases`,
    `pidfile ${lab.folder}/rogue.pid`,
  ];
  writeFileSync(conf, `${lines.join('\n')}\n`);
  writeFileSync(`${lab.folder}/rogue.leases`, '');
  return lab.spawn(['nsenter', `--net=/run/netns/${namespace}`, 'busybox', 'udhcpd', '-f', conf]);
}
