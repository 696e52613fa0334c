import type { MenuEntry } from '../menu.ts';

export const clusterMenu: MenuEntry = {
  id: 'cluster',
  title: 'Flatcar cluster',
  summary: 'several guests from one image',
};
