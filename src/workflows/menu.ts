import { clusterMenu } from './cluster/menu.ts';
import { keaMenu } from './kea/menu.ts';
import { maasImageMenu } from './maas-image/menu.ts';

/** What the home menu shows of a workflow: apart from the workflow itself, so that the menu is there at once. */
export interface MenuEntry {
  /** Folder name, and the word in messages. */
  id: string;
  title: string;
  summary: string;
}

/** In the order of the home menu. */
export const menu: readonly MenuEntry[] = [clusterMenu, keaMenu, maasImageMenu];
