import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { listed, pass, warn } from '../../verdict.ts';

export const swapZfs = defineCheck({
  id: 'PVE-SWAP-ZFS',
  group: 'node',
  title: 'No swap on ZFS',
  looksAt: '/proc/swaps',
  why: 'To write to a ZFS volume ZFS needs memory: with swap there, a node under pressure stops for good.',
  needs: 'host',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#zfs_swap',
  read: (look) => look.file('/proc/swaps'),
  judge(text = '') {
    if (!/^Filename\s+Type/.test(text)) throw new Garbled('/proc/swaps', text);
    const devices = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s+/)[0] ?? '');
    const zfs = devices.filter((device) => /^\/dev\/(zd\d+|zvol\/)/.test(device));
    if (zfs.length === 0) return pass(devices.length === 0 ? 'no swap' : listed(devices));
    return warn(`swap lies on the ZFS volume ${listed(zfs)}`, {
      text: 'switch it off and take it out of /etc/fstab; zram or a partition of its own do better',
      command: `swapoff ${zfs.join(' ')}`,
    });
  },
});
