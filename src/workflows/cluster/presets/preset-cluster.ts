import { contains, countUp, parseAddress, parseCidr } from '../../../answers/ip.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { Group } from '../guests/guests.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { snippetName } from '../guests/snippets.ts';
import type { PresetOptions } from './answers.ts';
import {
  type InstallEntry,
  type InstallId,
  installsOf,
  type PresetEntry,
  type PresetId,
  presetEntry,
} from './catalogue.ts';
import { mayBegin } from './first-server.ts';
import { roleOf } from './rules.ts';
import { type MadeWith, madeWith, newToken, type PresetSecrets, secretsFrom } from './secrets.ts';

/** A preset with all that is decided for the cluster as a whole. */
export interface PresetCluster {
  id: PresetId;
  entry: PresetEntry;
  install: InstallId;
  from: InstallEntry;
  version: string;
  /** Empty: the guest takes the publisher's list. */
  sha256: string;
  secrets: PresetSecrets;
  servers: Group;
  /** Where guests look for a server, as a URL has it: how many servers there are does not change it. */
  peers: readonly string[];
  /** Names that the servers' certificates must bear beside their own. */
  names: readonly string[];
  cni: string | undefined;
  /** Whether a guest begins a cluster when no server answers. */
  mayBegin(guest: PlacedGuest): boolean;
  findings: readonly Finding[];
}

/** The addresses beyond the first serve a first server that is made anew; three see most clusters through. */
const PEERS = 3;

/** Undefined without a preset. */
export function presetCluster(
  answers: ClusterAnswers,
  facts: Facts,
  inputs: PlanInputs,
): PresetCluster | undefined {
  const { preset: id } = answers;
  const options: Partial<PresetOptions> = answers.preset_options ?? {};
  const servers = answers.groups.find((group) => roleOf(group) === 'server');
  if (id === undefined || !servers) return undefined;
  const entry = presetEntry(id);
  const before = readBack(answers, facts, inputs);
  const made = before?.settings.PRESET === id ? before.settings : {};
  const install = options.install ?? knownInstall(entry, made.INSTALL) ?? installsOf(id)[0] ?? 'sysext';
  const from = entry.installs[install]!;
  const same = made.INSTALL === install;
  const version = options.version ?? (same ? made.VERSION : undefined) ?? from.version;
  const kept = same && made.VERSION === version ? made.SHA256 : undefined;
  const sha256 = options.sha256 ?? kept ?? from.sums[version] ?? '';
  const token = options.token?.reveal() ?? before?.token ?? newToken(inputs.secretSeed, answers.name);
  return {
    id,
    entry,
    install,
    from,
    version,
    sha256,
    secrets: secretsFrom(token),
    servers,
    peers: peersOf(servers, options.endpoint),
    names: options.endpoint === undefined ? [] : [options.endpoint],
    cni: options.cni ?? Object.keys(entry.cni ?? {})[0],
    mayBegin: (guest) => mayBegin(guest, { answers, servers, facts, inputs }),
    findings: [
      ...checkToken(answers, { facts, before, token }),
      ...checkSum({ entry, version, sha256 }),
      ...checkQuorum(servers, answers.groups.indexOf(servers)),
      ...checkEndpoint(id, { servers, endpoint: options.endpoint }),
    ],
  };
}

/** Ignition files of a cluster's servers on the nodes: what a plan reads the token back from. */
export function serverSnippets(answers: ClusterAnswers, facts: Facts): { node: string; path: string }[] {
  if (answers.preset === undefined) return [];
  const beginnings = answers.groups
    .filter((group) => roleOf(group) === 'server')
    .map((group) => `${answers.name}-${group.name}-`);
  const isServers = (path: string): boolean => {
    const index = /-(\d+)\.ign$/.exec(path)?.[1];
    return index !== undefined && beginnings.some((name) => path.endsWith(`/${snippetName(name + index)}`));
  };
  return facts.snippets
    .filter(({ path }) => isServers(path))
    .map(({ node, path }) => ({ node, path }))
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }) || a.node.localeCompare(b.node));
}

function readBack(answers: ClusterAnswers, facts: Facts, { texts }: PlanInputs): MadeWith | undefined {
  for (const { node, path } of serverSnippets(answers, facts)) {
    const found = madeWith(texts.get(`${node}:${path}`) ?? '');
    if (found) return found;
  }
  return undefined;
}

function knownInstall(entry: PresetEntry, install: string | undefined): InstallId | undefined {
  return install !== undefined && install in entry.installs ? (install as InstallId) : undefined;
}

/** The endpoint, and the first fixed addresses of the servers. */
function peersOf({ networks }: Group, endpoint: string | undefined): string[] {
  const fixed = networks.find(({ ip }) => ip !== 'dhcp')?.ip ?? '';
  const subnet = parseCidr(fixed);
  const addresses = Array.from({ length: PEERS }, (_, at) => countUp(fixed, at) ?? '').filter((text) => {
    const cidr = parseCidr(text);
    return subnet && cidr && contains(subnet, cidr.address);
  });
  const hosts = addresses.map((text) => text.split('/')[0] ?? '');
  return [...new Set([...(endpoint === undefined ? [] : [endpoint]), ...hosts])].map(inUrl);
}

function inUrl(host: string): string {
  return parseAddress(host)?.family === 6 ? `[${host}]` : host;
}

function checkToken(
  { name, preset_options: options, groups }: ClusterAnswers,
  { facts, before, token }: { facts: Facts; before: MadeWith | undefined; token: string },
): Finding[] {
  if (before && before.token !== token) {
    return [
      {
        severity: 'error',
        path: 'preset_options.token',
        message: `cluster ${name} was made with another token, and takes no guest with this one`,
        fix: 'leave token out: it is read back from the cluster; or give the one that the cluster has',
      },
    ];
  }
  const there = facts.guests.find(
    ({ identity }) => identity?.cluster === name && groups.some((group) => group.name === identity.group),
  );
  if (before || options?.token || !there) return [];
  return [
    {
      severity: 'error',
      path: 'preset_options.token',
      message: `${there.name} is there, but the token that cluster ${name} was made with is not: no server has an Ignition file that can be read`,
      fix: `give it: token: { file: … }; servers have it in /etc/proxwright/token`,
    },
  ];
}

function checkSum({
  entry,
  version,
  sha256,
}: {
  entry: PresetEntry;
  version: string;
  sha256: string;
}): Finding[] {
  if (sha256 !== '') return [];
  return [
    {
      severity: 'info',
      path: 'preset',
      message: `the sum of ${entry.title} ${version} is not known here: each guest takes it from its publisher's list`,
      fix: 'pin it: preset_options: { version: …, sha256: … }',
    },
  ];
}

function checkQuorum({ name, count }: Group, at: number): Finding[] {
  if (count % 2 === 1) return [];
  return [
    {
      severity: 'warning',
      path: `groups.${at}.count`,
      message: `${count} servers in ${name} bear no more failures than ${count - 1} do: etcd needs more than half of them`,
      fix: `make it ${count - 1} or ${count + 1}`,
    },
  ];
}

/** k3s' agents know all servers; a kubelet knows the one endpoint. */
function checkEndpoint(
  id: PresetId,
  { servers, endpoint }: { servers: Group; endpoint: string | undefined },
): Finding[] {
  if (id === 'k3s' || servers.count === 1 || endpoint !== undefined) return [];
  return [
    {
      severity: 'warning',
      path: 'preset_options.endpoint',
      message:
        'without an endpoint all nodes talk to the first server alone: while it is away, the cluster takes no orders',
      fix: 'give a name or virtual address that leads to all servers: preset_options: { endpoint: … }',
    },
  ];
}
