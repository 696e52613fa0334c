import { aclRoutes } from './access-acl.ts';
import { groupRoutes } from './access-groups.ts';
import { loginRoutes } from './access-login.ts';
import { roleRoutes } from './access-roles.ts';
import { tokenRoutes } from './access-tokens.ts';
import { userRoutes } from './access-users.ts';
import { clusterRoutes } from './cluster.ts';
import { haRoutes } from './cluster-ha.ts';
import { haGroupRoutes } from './cluster-ha-groups.ts';
import { haRuleRoutes } from './cluster-ha-rules.ts';
import { mappingRoutes } from './cluster-mapping.ts';
import { optionRoutes } from './cluster-options.ts';
import { resourceRoutes } from './cluster-resources.ts';
import { indexRoutes } from './indexes.ts';
import { lxcRoutes } from './lxc.ts';
import { aptRoutes } from './node-apt.ts';
import { nodeFileRoutes } from './node-files.ts';
import { networkRoutes } from './node-network.ts';
import { serviceRoutes } from './node-services.ts';
import { subscriptionRoutes } from './node-subscription.ts';
import { taskRoutes } from './node-tasks.ts';
import { nodeRoutes } from './nodes.ts';
import { poolRoutes } from './pools.ts';
import { qemuRoutes } from './qemu.ts';
import { agentRoutes } from './qemu-agent.ts';
import { configRoutes } from './qemu-config.ts';
import { statusRoutes } from './qemu-status.ts';
import type { Route } from './route.ts';
import { storageRoutes } from './storage.ts';
import { contentRoutes } from './storage-content.ts';
import { storageStatusRoutes } from './storage-status.ts';
import { uploadRoutes } from './storage-upload.ts';

/** Every call that the sandbox answers. */
export const ROUTES: readonly Route[] = [
  ...indexRoutes,
  ...loginRoutes,
  ...roleRoutes,
  ...aclRoutes,
  ...groupRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...clusterRoutes,
  ...optionRoutes,
  ...resourceRoutes,
  ...haRoutes,
  ...haGroupRoutes,
  ...haRuleRoutes,
  ...mappingRoutes,
  ...nodeRoutes,
  ...nodeFileRoutes,
  ...aptRoutes,
  ...subscriptionRoutes,
  ...serviceRoutes,
  ...networkRoutes,
  ...taskRoutes,
  ...poolRoutes,
  ...storageRoutes,
  ...storageStatusRoutes,
  ...contentRoutes,
  ...uploadRoutes,
  ...qemuRoutes,
  ...lxcRoutes,
  ...configRoutes,
  ...statusRoutes,
  ...agentRoutes,
];
