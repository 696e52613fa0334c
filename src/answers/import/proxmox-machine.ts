import { isMapping } from '../shape.ts';
import { type Draft, leave, take, takeTags } from './draft.ts';
import type { ClusterDraft } from './imported.ts';
import { takeItems } from './items.ts';
import { diskSizeOf } from './sizes.ts';

/** `spec.template.spec` of a ProxmoxMachineTemplate, v1alpha1 and v1alpha2. */
export function takeMachine(
  { cluster, group }: { cluster: ClusterDraft; group: Draft },
  spec: Record<string, unknown>,
) {
  const {
    sourceNode,
    templateID,
    templateSelector,
    numSockets,
    numCores,
    memoryMiB,
    disks,
    format,
    full,
    storage,
    pool,
    tags,
    allowedNodes,
    vmIDRange,
    network,
    description,
    ...others
  } = spec;
  const nodes = Array.isArray(allowedNodes) && allowedNodes.length > 0 ? allowedNodes : undefined;
  const source = sourceNode === undefined ? undefined : [sourceNode];
  if (nodes)
    leave(
      cluster,
      { name: 'sourceNode', value: sourceNode },
      'the template is found on whatever node it is on',
    );
  take(
    cluster,
    'nodes',
    nodes ? { name: 'allowedNodes', value: nodes } : { name: 'sourceNode', value: source },
  );
  const template = templateID === undefined ? undefined : String(templateID);
  if (!take(cluster, 'template', { name: 'templateID', value: template })) {
    cluster.answers.image = 'flatcar-stable';
    leave(
      cluster,
      { name: 'templateSelector', value: templateSelector },
      'name a template:, or let image: be made',
    );
  }
  take(cluster, 'storage', { name: 'storage', value: storage });
  take(cluster, 'pool', { name: 'pool', value: pool });
  take(cluster, 'clone', { name: 'full', value: full === false ? 'linked' : 'full' });
  leave(cluster, { name: 'format', value: format }, 'disks have the format of their storage');
  const { start, end } = mapping(vmIDRange);
  take(cluster, 'vmid', { name: 'vmIDRange.start', value: start });
  leave(cluster, { name: 'vmIDRange.end', value: end }, 'ids go on from vmid, as many as there are guests');

  take(group, 'sockets', { name: 'numSockets', value: numSockets });
  take(group, 'cores', { name: 'numCores', value: numCores });
  take(group, 'memory', { name: 'memoryMiB', value: memoryMiB });
  takeTags(group, tags);
  take(group, 'description', { name: 'description', value: description });
  const { bootVolume, ...volumes } = mapping(disks);
  const { sizeGb, disk: _slot, ...settings } = mapping(bootVolume);
  take(group, 'disk', { name: 'disks.bootVolume.sizeGb', value: diskSizeOf(sizeGb) });
  leave(
    group,
    { name: 'disks.bootVolume', value: someOf(settings) },
    "the disk keeps the template's setting",
  );
  leave(group, { name: 'disks', value: someOf(volumes) }, 'guests have one disk here, that of the template');
  takeNetworks(group, mapping(network));
  for (const [key, value] of Object.entries(others)) leave(group, { name: key, value }, 'has no counterpart');
}

function takeNetworks(
  group: Draft,
  { default: first, additionalDevices, networkDevices, ...others }: Record<string, unknown>,
) {
  // The one is how v1alpha1 has them, the other how v1alpha2 does.
  const more = [additionalDevices, networkDevices].flatMap((list) => (Array.isArray(list) ? list : []));
  const cards = [...(isMapping(first) ? [first] : []), ...more];
  if (cards.length > 0) {
    takeItems(group, 'networks', {
      name: 'network',
      value: cards,
      fields: { bridge: 'bridge', model: 'model', vlan: 'tag', mtu: 'mtu', dnsServers: 'dns' },
      defaults: { bridge: 'vmbr0' },
      without: {
        name: 'cards are named by the guest',
        defaultIPv4: 'the first card is the first',
        defaultIPv6: 'the first card is the first',
        ipPoolRef: POOLS,
        ipv4PoolRef: POOLS,
        ipv6PoolRef: POOLS,
        ipPoolConfig: POOLS,
      },
    });
  }
  leave(group, { name: 'network', value: someOf(others) }, 'routes and the like belong to the Butane file');
}

const POOLS = 'addresses come by dhcp, or count up from ip:';

export function mapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}

function someOf(value: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
