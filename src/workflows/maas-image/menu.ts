import type { MenuEntry } from '../menu.ts';

export const maasImageMenu: MenuEntry = {
  id: 'maas-image',
  title: 'MAAS image',
  summary: 'build Proxmox VE for bare metal',
};
