import { loginRoutes } from './access-login.ts';
import { rightsRoutes } from './access-rights.ts';
import { tokenRoutes } from './access-tokens.ts';
import { userRoutes } from './access-users.ts';
import { clusterRoutes } from './cluster.ts';
import { haRoutes } from './cluster-ha.ts';
import { haRuleRoutes } from './cluster-ha-rules.ts';
import { mappingRoutes } from './cluster-mapping.ts';
import { resourceRoutes } from './cluster-resources.ts';
import { indexRoutes } from './indexes.ts';
import { networkRoutes } from './node-network.ts';
import { taskRoutes } from './node-tasks.ts';
import { nodeRoutes } from './nodes.ts';
import { poolRoutes } from './pools.ts';
import { qemuRoutes } from './qemu.ts';
import { agentRoutes } from './qemu-agent.ts';
import { statusRoutes } from './qemu-status.ts';
import type { Route } from './route.ts';
import { storageRoutes } from './storage.ts';
import { contentRoutes } from './storage-content.ts';
import { uploadRoutes } from './storage-upload.ts';

/** Every call that the sandbox answers. */
export const ROUTES: readonly Route[] = [
  ...indexRoutes,
  ...loginRoutes,
  ...rightsRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...clusterRoutes,
  ...resourceRoutes,
  ...haRoutes,
  ...haRuleRoutes,
  ...mappingRoutes,
  ...nodeRoutes,
  ...networkRoutes,
  ...taskRoutes,
  ...poolRoutes,
  ...storageRoutes,
  ...contentRoutes,
  ...uploadRoutes,
  ...qemuRoutes,
  ...statusRoutes,
  ...agentRoutes,
];
