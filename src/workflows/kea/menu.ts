import type { MenuEntry } from '../menu.ts';

export const keaMenu: MenuEntry = {
  id: 'kea',
  title: 'DHCP setup',
  summary: 'by Kea: guests get the address in their config',
};
