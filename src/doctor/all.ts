import type { AnyCheck } from './check.ts';
import { expiry } from './checks/access/expiry.ts';
import { privileges } from './checks/access/privileges.ts';
import { removedPrivileges } from './checks/access/removed-privileges.ts';
import { sshMesh } from './checks/access/ssh-mesh.ts';
import { agent } from './checks/guests/agent.ts';
import { cicustom } from './checks/guests/cicustom.ts';
import { cloudInitDrive } from './checks/guests/cloud-init-drive.ts';
import { dirMappings } from './checks/guests/dir-mappings.ts';
import { dispatcher } from './checks/guests/dispatcher.ts';
import { drift } from './checks/guests/drift.ts';
import { efiDisk } from './checks/guests/efi-disk.ts';
import { haLocal } from './checks/guests/ha-local.ts';
import { hookscripts } from './checks/guests/hookscripts.ts';
import { identity } from './checks/guests/identity.ts';
import { imageCloudInit } from './checks/guests/image-cloud-init.ts';
import { locks } from './checks/guests/locks.ts';
import { machine } from './checks/guests/machine.ts';
import { guestPending } from './checks/guests/pending.ts';
import { qemuArgs } from './checks/guests/qemu-args.ts';
import { shares } from './checks/guests/shares.ts';
import { unusedDisks } from './checks/guests/unused-disks.ts';
import { virtiofsd } from './checks/guests/virtiofsd.ts';
import { imageDocker } from './checks/image/docker.ts';
import { imageFuse } from './checks/image/fuse.ts';
import { imageKvm } from './checks/image/kvm.ts';
import { imageKvmGid } from './checks/image/kvm-gid.ts';
import { imageMmdebstrap } from './checks/image/mmdebstrap.ts';
import { imageOvmf } from './checks/image/ovmf.ts';
import { imagePacker } from './checks/image/packer.ts';
import { imageRoot } from './checks/image/root.ts';
import { imageSpace } from './checks/image/space.ts';
import { imageTools } from './checks/image/tools.ts';
import { keaAgent } from './checks/kea/agent.ts';
import { keaConfs } from './checks/kea/confs.ts';
import { keaFindings } from './checks/kea/findings.ts';
import { keaInstalled } from './checks/kea/installed.ts';
import { keaLeases } from './checks/kea/leases.ts';
import { keaNamespaces } from './checks/kea/namespaces.ts';
import { keaNetworks } from './checks/kea/networks.ts';
import { keaPackageService } from './checks/kea/package-service.ts';
import { keaPorts } from './checks/kea/ports.ts';
import { keaSdn } from './checks/kea/sdn.ts';
import { keaServers } from './checks/kea/servers.ts';
import { keaVersion } from './checks/kea/version.ts';
import { maasClock } from './checks/maas/clock.ts';
import { maasEfiBoot } from './checks/maas/efi-boot.ts';
import { maasImage } from './checks/maas/image.ts';
import { maasKey } from './checks/maas/key.ts';
import { maasRackSync } from './checks/maas/rack-sync.ts';
import { maasReachable } from './checks/maas/reachable.ts';
import { bondLacp } from './checks/network/bond-lacp.ts';
import { bondLinks } from './checks/network/bond-links.ts';
import { bondMiimon } from './checks/network/bond-miimon.ts';
import { bondMode } from './checks/network/bond-mode.ts';
import { bridge } from './checks/network/bridge.ts';
import { bridgeMissing } from './checks/network/bridge-missing.ts';
import { carrier } from './checks/network/carrier.ts';
import { dns } from './checks/network/dns.ts';
import { duplicateAddress } from './checks/network/duplicate-address.ts';
import { duplicateMac } from './checks/network/duplicate-mac.ts';
import { gateway } from './checks/network/gateway.ts';
import { ifupdown2 } from './checks/network/ifupdown2.ts';
import { interfaces } from './checks/network/interfaces.ts';
import { mtu } from './checks/network/mtu.ts';
import { networkd } from './checks/network/networkd.ts';
import { pending } from './checks/network/pending.ts';
import { resolvConf } from './checks/network/resolv-conf.ts';
import { resolved } from './checks/network/resolved.ts';
import { vlanAware } from './checks/network/vlan-aware.ts';
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
import { subscription } from './checks/node/subscription.ts';
import { swapZfs } from './checks/node/swap-zfs.ts';
import { timeSync } from './checks/node/time-sync.ts';
import { version } from './checks/node/version.ts';
import { versionsMixed } from './checks/node/versions-mixed.ts';
import { active } from './checks/storage/active.ts';
import { contentImages, contentImport, contentSnippets } from './checks/storage/content.ts';
import { full } from './checks/storage/full.ts';
import { orphans } from './checks/storage/orphans.ts';
import { snippetModes } from './checks/storage/snippet-modes.ts';
import { snippetsSame } from './checks/storage/snippets-same.ts';
import { thinPool } from './checks/storage/thin-pool.ts';

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
  subscription,
  repoSuite,
  packages,
  failedUnits,
  reboot,
  space,
  inodes,
  memory,
  overcommit,
  swapZfs,
  bridge,
  interfaces,
  pending,
  ifupdown2,
  networkd,
  resolved,
  gateway,
  resolvConf,
  dns,
  carrier,
  mtu,
  bondMode,
  bondMiimon,
  bondLinks,
  bondLacp,
  vlanAware,
  bridgeMissing,
  duplicateMac,
  duplicateAddress,
  active,
  full,
  thinPool,
  contentSnippets,
  contentImport,
  contentImages,
  orphans,
  snippetsSame,
  snippetModes,
  hookscripts,
  dispatcher,
  cicustom,
  shares,
  dirMappings,
  virtiofsd,
  qemuArgs,
  cloudInitDrive,
  imageCloudInit,
  efiDisk,
  machine,
  agent,
  locks,
  unusedDisks,
  haLocal,
  identity,
  drift,
  guestPending,
  privileges,
  removedPrivileges,
  sshMesh,
  expiry,
  keaInstalled,
  keaVersion,
  keaPackageService,
  keaAgent,
  keaNetworks,
  keaNamespaces,
  keaPorts,
  keaServers,
  keaSdn,
  keaFindings,
  keaLeases,
  keaConfs,
  imageRoot,
  imageTools,
  imageMmdebstrap,
  imagePacker,
  imageDocker,
  imageKvm,
  imageKvmGid,
  imageFuse,
  imageOvmf,
  imageSpace,
  maasReachable,
  maasKey,
  maasClock,
  maasImage,
  maasRackSync,
  maasEfiBoot,
];
