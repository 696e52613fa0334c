import type { AnyCheck } from './check.ts';
import { certificate } from './checks/node/certificate.ts';
import { clockSkew } from './checks/node/clock-skew.ts';
import { clusterFiles } from './checks/node/cluster-files.ts';
import { failedUnits } from './checks/node/failed-units.ts';
import { hostname } from './checks/node/hostname.ts';
import { hosts } from './checks/node/hosts.ts';
import { inodes } from './checks/node/inodes.ts';
import { memory } from './checks/node/memory.ts';
import { nodesOnline } from './checks/node/nodes-online.ts';
import { overcommit } from './checks/node/overcommit.ts';
import { packages } from './checks/node/packages.ts';
import { quorum } from './checks/node/quorum.ts';
import { reboot } from './checks/node/reboot.ts';
import { repoEnterprise } from './checks/node/repo-enterprise.ts';
import { repoPve } from './checks/node/repo-pve.ts';
import { repoSuite } from './checks/node/repo-suite.ts';
import { services } from './checks/node/services.ts';
import { space } from './checks/node/space.ts';
import { swapZfs } from './checks/node/swap-zfs.ts';
import { timeSync } from './checks/node/time-sync.ts';
import { version } from './checks/node/version.ts';
import { versionsMixed } from './checks/node/versions-mixed.ts';

/** Every check, by group and in the order in which a person would look. */
export const checks: readonly AnyCheck[] = [
  version,
  versionsMixed,
  services,
  clusterFiles,
  quorum,
  nodesOnline,
  hosts,
  hostname,
  timeSync,
  clockSkew,
  certificate,
  repoPve,
  repoEnterprise,
  repoSuite,
  packages,
  failedUnits,
  reboot,
  space,
  inodes,
  memory,
  overcommit,
  swapZfs,
];
