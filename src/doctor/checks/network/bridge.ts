import { defineCheck } from '../../check.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { fail, pass, warn } from '../../verdict.ts';

export const bridge = defineCheck({
  id: 'NET-BRIDGE',
  group: 'network',
  title: 'vmbr0 with address and port',
  looksAt: 'GET /nodes/{node}/network',
  why: 'Guests reach the network by a bridge; most answers name vmbr0. Without a port they reach only each other.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_network_configuration',
  read: (look) => look.get('/nodes/{node}/network'),
  judge(seen) {
    const rows = rowsOf(seen, 'the list of interfaces');
    const bridges = rows.filter((row) => row.type === 'bridge' || row.type === 'OVSBridge');
    const fix = {
      text: "make a bridge in the node's network settings, with the card as its port",
      command: 'editor /etc/network/interfaces && ifreload -a',
    };
    if (bridges.length === 0) return fail('the node has no bridge', fix);
    const vmbr0 = bridges.find((row) => row.iface === 'vmbr0');
    if (!vmbr0)
      return warn(
        `there is no vmbr0; the node has ${bridges.map((row) => textAt(row, 'iface')).join(', ')}`,
        { text: 'name the bridge in the answers' },
      );
    if (vmbr0.active !== 1 && vmbr0.active !== '1')
      return fail('vmbr0 is configured but not up', { text: 'bring it up', command: 'ifreload -a' });
    const ports = `${textAt(vmbr0, 'bridge_ports')} ${textAt(vmbr0, 'ovs_ports')}`.trim();
    if (ports === '' || ports === 'none')
      return warn('vmbr0 has no port: its guests reach only each other and the node', fix);
    const address = textAt(vmbr0, 'cidr') || textAt(vmbr0, 'cidr6');
    const elsewhere = rows.some(
      (row) => row.iface !== 'vmbr0' && (textAt(row, 'gateway') || textAt(row, 'gateway6')),
    );
    if (address === '' && !elsewhere)
      return warn('neither vmbr0 nor another interface with a gateway has an address', {
        text: 'give vmbr0 the address of the node',
        command: 'editor /etc/network/interfaces && ifreload -a',
      });
    return pass(`vmbr0 on ${ports}${address === '' ? '' : `, ${address}`}`);
  },
});
