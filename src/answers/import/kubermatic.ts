import type { z } from 'zod';
import { isMapping } from '../shape.ts';
import { treeOf } from '../tree.ts';
import { parseYaml } from '../yaml.ts';
import { leftOut, type Made } from './cluster-api.ts';
import { type Draft, leave, take } from './draft.ts';
import { type ClusterDraft, newCluster, newGroup } from './imported.ts';
import { problem } from './machine-deployment.ts';
import { leaveScaling, takeScaling } from './machine-scaling.ts';
import type { Manifest } from './manifests.ts';
import { splitName } from './names.ts';
import { isSecretName, Opaque } from './opaque.ts';
import { mapping } from './proxmox-machine.ts';
import { diskSizeOf, memoryOf } from './sizes.ts';

/** A MachineDeployment of Kubermatic's machine-controller for its provider proxmox. */
export function kubermaticCluster(deployment: Manifest, schema: z.ZodType): Made {
  const spec = mapping(deployment.value.spec);
  const machine = mapping(mapping(spec.template).spec);
  const provider = mapping(mapping(machine.providerSpec ?? machine.providerConfig).value);
  const { cloudProvider, cloudProviderSpec, operatingSystem, operatingSystemSpec, sshPublicKeys, ...others } =
    provider;
  const { providerSpec: _provider, providerConfig: _config, versions, ...rest } = machine;
  if (plain(cloudProvider) !== 'proxmox') {
    const found = cloudProvider === undefined ? 'no cloudProvider' : `cloudProvider ${plain(cloudProvider)}`;
    return { other: problem(deployment, `has ${found}; only proxmox can be imported`).issue };
  }
  if (spec.replicas === 0) return { remark: leftOut(deployment) };

  const cluster = newCluster(schema);
  const group = newGroup(schema);
  cluster.groups.push(group);
  const names = splitName(deployment.name, 'cluster');
  cluster.answers.name = names.cluster;
  group.answers.name = names.group;
  group.remarks.push(
    `MachineDeployment ${deployment.name} (${deployment.place.file}:${deployment.place.line})`,
  );
  takeScaling({ cluster, group }, { spec, strategy: spec.strategy });
  leaveScaling(group, { deployment, spec, known: ['replicas', 'strategy', 'selector', 'template'] });
  takeProvider({ cluster, group }, cloudProviderSpec);
  takeSystem(cluster, plain(operatingSystem));
  leave(
    group,
    { name: 'operatingSystemSpec', value: operatingSystemSpec },
    'settings of the system stand in a Butane file here',
  );
  leaveKeys(group, sshPublicKeys);
  leave(
    group,
    { name: 'versions', value: versions },
    'which Kubernetes is installed stands in a Butane file here',
  );
  for (const [name, value] of Object.entries({ ...others, ...rest }))
    leave(group, { name, value: plain(value, name) }, 'has no counterpart');
  return { cluster };
}

interface Meaning {
  /** Whose answer it is. */
  of: 'cluster' | 'group';
  key: string;
  /** Names without dashes and in small letters; the provider was a demo whose keys changed. */
  names: readonly string[];
  convert?: (value: unknown) => unknown;
}

const whole = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
const list = (value: unknown): unknown => (Array.isArray(value) || value instanceof Opaque ? value : [value]);
const text = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

const MEANINGS: readonly Meaning[] = [
  {
    of: 'cluster',
    key: 'template',
    names: [
      'vmtemplateid',
      'templateid',
      'templatevmid',
      'template',
      'templatename',
      'vmtemplatename',
      'vmtemplate',
    ],
    convert: text,
  },
  { of: 'cluster', key: 'nodes', names: ['node', 'nodename', 'targetnode', 'nodes'], convert: list },
  {
    of: 'cluster',
    key: 'storage',
    names: ['storage', 'diskstorage', 'storagename', 'vmstorage', 'datastore'],
  },
  { of: 'cluster', key: 'snippets', names: ['cistoragename', 'cloudinitstorage', 'cistorage'] },
  { of: 'cluster', key: 'pool', names: ['pool', 'resourcepool', 'poolname'] },
  { of: 'group', key: 'cores', names: ['cores', 'cpucores', 'cpus', 'numcores', 'vcpus'], convert: whole },
  { of: 'group', key: 'sockets', names: ['sockets', 'cpusockets', 'numsockets'], convert: whole },
  { of: 'group', key: 'memory', names: ['memory', 'memorymb', 'memorymib', 'ram'], convert: memoryOf },
  { of: 'group', key: 'disk', names: ['disksize', 'disksizegb', 'disk', 'diskgb'], convert: diskSizeOf },
  { of: 'group', key: 'networks', names: ['bridge', 'networkbridge'], convert: (bridge) => [{ bridge }] },
  { of: 'group', key: 'tags', names: ['tags'] },
];

const WITHOUT: Readonly<Record<string, string>> = {
  endpoint: 'give it as target: { url: "https://HOST:8006" }, or with --target',
  apiurl: 'give it as target: { url: "https://HOST:8006" }, or with --target',
  userid: 'give user and token in target:',
  allowinsecure: 'certificates are checked here; give fingerprint: or ca: in target',
  insecure: 'certificates are checked here; give fingerprint: or ca: in target',
};

function takeProvider(drafts: { cluster: ClusterDraft; group: Draft }, given: unknown): void {
  const spec = specOf(given);
  if (!isMapping(spec)) {
    leave(drafts.cluster, { name: 'cloudProviderSpec', value: spec }, 'is not looked into');
    return;
  }
  for (const [name, given] of Object.entries(spec)) {
    const bare = name.replaceAll(/[-_]/g, '').toLowerCase();
    const value = plain(given, name);
    const meaning = MEANINGS.find(({ names }) => names.includes(bare));
    if (meaning) {
      take(drafts[meaning.of], meaning.key, { name, value: meaning.convert?.(value) ?? value });
    } else if (isSecretName(name)) {
      drafts.cluster.remarks.push(
        `${name}: is a secret, which is never copied; see token: and password: of target`,
      );
    } else leave(drafts.cluster, { name, value }, WITHOUT[bare] ?? 'has no counterpart');
  }
}

/** A mapping, also where it stands there as a text or behind `value:`. What refers to something else stays closed. */
function specOf(given: unknown): unknown {
  const value = plain(given);
  if (typeof value !== 'string') return value;
  const { yaml } = parseYaml({ name: 'cloudProviderSpec', text: value });
  const tree = yaml && treeOf(yaml).tree;
  // A text that is no mapping may be anything, a secret too.
  return isMapping(tree?.value) ? tree.value : new Opaque('secret', 'a text');
}

/** Only systems that read Ignition get their config here. */
function takeSystem(cluster: ClusterDraft, system: unknown): void {
  if (cluster.answers.template === undefined) cluster.answers.image = 'flatcar-stable';
  if (system === 'flatcar' || system === undefined) return;
  leave(
    cluster,
    { name: 'operatingSystem', value: system },
    'clusters get their config by Ignition, as Flatcar reads it',
  );
}

function leaveKeys(group: Draft, value: unknown): void {
  const keys = plain(value);
  if (!Array.isArray(keys) || keys.length === 0) return;
  group.remarks.push(
    'sshPublicKeys: belong into a Butane file, which butane: then names:',
    '  variant: flatcar',
    '  version: 1.0.0',
    `  passwd: { users: [{ name: core, ssh_authorized_keys: [${keys.map((key) => JSON.stringify(key)).join(', ')}] }] }`,
  );
}

/** `{value: x}` is x; what refers to a secret or to another object stays closed. */
function plain(value: unknown, name = ''): unknown {
  if (isSecretName(name)) return new Opaque('secret', 'a secret');
  if (/cloudconfig|userdata/i.test(name)) return new Opaque('secret', 'a config, which may hold secrets');
  if (!isMapping(value)) return value;
  const { secretKeyRef, configMapKeyRef } = value;
  if (secretKeyRef !== undefined) return new Opaque('secret', 'a key of a Secret');
  if (configMapKeyRef !== undefined) return new Opaque('computed', 'a key of a ConfigMap');
  return 'value' in value ? plain(value.value, name) : value;
}
