import type { MenuEntry } from '../menu.ts';

export const keaMenu: MenuEntry = {
  id: 'kea',
  title: 'DHCP by Kea',
  summary: 'guests get the address in their config',
};
