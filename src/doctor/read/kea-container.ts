import { readIdentity } from '../../pve/description.ts';
import { type Look, Unseen } from '../look.ts';
import { type GuestSaid, readGuests } from './guests.ts';

/** The container of the node with the Kea agent in it; undefined where there is none, or none may be seen. */
export async function readKeaContainer(look: Look): Promise<GuestSaid | undefined> {
  try {
    return (await readGuests(look)).find(
      ({ kind, node, config }) =>
        kind === 'lxc' && node === look.node && readIdentity(config?.description ?? '')?.kea !== undefined,
    );
  } catch (error) {
    if (error instanceof Unseen) return undefined;
    throw error;
  }
}
