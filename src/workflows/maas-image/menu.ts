import type { MenuEntry } from '../menu.ts';

export const maasImageMenu: MenuEntry = {
  id: 'maas-image',
  title: 'MAAS image',
  summary: 'Proxmox VE for bare metal',
};
