import { NODE } from '../schema/parameter.ts';
import { ALL } from './permission.ts';
import type { Route } from './route.ts';

/** Nobody pays for practice: as a node without a key answers. */
export const subscriptionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/subscription',
    permission: ALL,
    proxied: true,
    ms: 10,
    parameters: { node: NODE },
    handle: () => ({
      status: 'notfound',
      message: 'There is no subscription key',
      url: 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing',
    }),
  },
];
