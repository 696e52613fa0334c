import { defineCheck } from '../../check.ts';
import { NO_BRIDGES, readPrivileges, seesAllBridges } from '../../read/privileges.ts';
import { type Row, rowsOf, textAt } from '../../understand.ts';
import { fail, info, pass, skip, warn } from '../../verdict.ts';

export const bridge = defineCheck({
  id: 'NET-BRIDGE',
  group: 'network',
  title: 'vmbr0 with address and port',
  looksAt: 'GET /nodes/{node}/network',
  why: 'Guests reach the network by a bridge; most answers name vmbr0. Without a port they reach only each other.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_network_configuration',
  read: async (look, about) => ({
    network: await look.get('/nodes/{node}/network'),
    privileges: await readPrivileges(look, about),
  }),
  judge({ network, privileges }) {
    const rows = rowsOf(network, 'the list of interfaces');
    const bridges = rows.filter((row) => row.type === 'bridge' || row.type === 'OVSBridge');
    const fix = {
      text: "make a bridge in the node's network settings, with the card as its port",
      command: 'editor /etc/network/interfaces && ifreload -a',
    };
    const vmbr0 = bridges.find((row) => row.iface === 'vmbr0');
    if (!vmbr0 && !seesAllBridges(privileges)) return skip(NO_BRIDGES);
    if (bridges.length === 0) return fail('the node has no bridge', fix);
    if (!vmbr0)
      return warn(
        `there is no vmbr0; the node has ${bridges.map((row) => textAt(row, 'iface')).join(', ')}`,
        { text: 'name the bridge in the answers' },
      );
    if (vmbr0.active !== 1 && vmbr0.active !== '1')
      return fail('vmbr0 is configured but not up', { text: 'bring it up', command: 'ifreload -a' });
    const ports = `${textAt(vmbr0, 'bridge_ports')} ${textAt(vmbr0, 'ovs_ports')}`.trim();
    const address = textAt(vmbr0, 'cidr') || textAt(vmbr0, 'cidr6') || (isDynamic(vmbr0) ? 'by DHCP' : '');
    const elsewhere = rows.some(
      (row) => row.iface !== 'vmbr0' && (textAt(row, 'gateway') || textAt(row, 'gateway6') || isDynamic(row)),
    );
    if (ports === '' || ports === 'none')
      // As Proxmox VE's own guide has it where a provider lets one MAC through.
      return elsewhere && address !== ''
        ? info('vmbr0 has no port: its guests reach others only where this node routes or masquerades')
        : warn('vmbr0 has no port: its guests reach only each other and the node', fix);
    if (address === '' && !elsewhere)
      return warn('neither vmbr0 nor another interface with a gateway has an address', {
        text: 'give vmbr0 the address of the node',
        command: 'editor /etc/network/interfaces && ifreload -a',
      });
    return pass(`vmbr0 on ${ports}${address === '' ? '' : `, ${address}`}`);
  },
});

function isDynamic(row: Row): boolean {
  return /^(dhcp|auto)$/.test(textAt(row, 'method')) || /^(dhcp|auto)$/.test(textAt(row, 'method6'));
}
