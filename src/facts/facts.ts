import type { ImagePlace } from '../maas-image/place.ts';
import type { HaGroup, HaResource, HaRule } from '../pve/ha.ts';
import type { KeaNodeFacts, ProgramFacts } from './facts-kea.ts';

/** What the target has, read once per run. Memory and disk sizes are bytes throughout. */
export interface Facts {
  target: TargetFacts;
  version: { release: string; version: string };
  /** Of the API user: path → privileges. Root has all, and then this says `root: true`. */
  access: { user: string; root: boolean; privileges: Readonly<Record<string, readonly string[]>> };
  nodes: readonly NodeFacts[];
  storages: readonly StorageFacts[];
  bridges: readonly BridgeFacts[];
  guests: readonly GuestFacts[];
  /** Images ready to be imported, by node and storage. */
  volumes: readonly VolumeFacts[];
  snippets: readonly SnippetFacts[];
  pools: readonly string[];
  /** Datacenter's MAC prefix, `BC:24:11` where none is set. */
  macPrefix: string;
  mappings: readonly MappingFacts[];
  ha: HaFacts;
  /** What is on the machine that this process runs on, where the plan does something there. */
  here?: HereFacts;
  /** Of the guests, those that go by this or another section of the same answers; only where all is removed. */
  leaving?: readonly GuestFacts[];
  /** Ids that a plan in the making has given away already. */
  reserved?: readonly number[];
  /** Of Kea on each node; only where a plan needs it. */
  kea?: readonly KeaNodeFacts[];
  /** This program's own file, where a plan would copy it to nodes. */
  program?: ProgramFacts;
  /** What new identifiers are derived from: differs from run to run, equal for equal plans. */
  seed: string;
}

export interface HereFacts {
  machine: string;
  images: readonly ImagePlace[];
}

export interface TargetFacts {
  kind: 'local' | 'ssh' | 'https' | 'sandbox';
  /** For people: `pve1.lab`, `sandbox`. */
  label: string;
  /** Commands and files are possible, not only the API. */
  hasHost: boolean;
}

/** A directory mapping: a folder of each node under one name, for virtiofs. */
export interface MappingFacts {
  id: string;
  /** Node → folder. */
  paths: Readonly<Record<string, string>>;
  description?: string;
}

export interface NodeFacts {
  name: string;
  online: boolean;
  /** Of Proxmox VE, `8.2.4`; unknown while the node is offline. */
  version?: string;
  memory: { total: number; free: number };
  cpus: number;
}

/** One storage as one node sees it. */
export interface StorageFacts {
  node: string;
  storage: string;
  type: string;
  content: readonly string[];
  shared: boolean;
  active: boolean;
  avail: number;
  total: number;
  /** Folder on the node, for storages that are one. */
  path?: string;
}

export interface BridgeFacts {
  node: string;
  bridge: string;
  vlanAware: boolean;
  /** `192.168.1.2/24` where the node has an address on it. */
  cidr?: string;
  mtu?: number;
}

export interface GuestFacts {
  vmid: number;
  type: 'qemu' | 'lxc';
  node: string;
  name: string;
  status: string;
  template: boolean;
  tags: readonly string[];
  pool?: string;
  /** Upper-case MACs of its NICs, in order. */
  macs: readonly string[];
  /** Fixed addresses of its ipconfig options, or of a container's NICs, without prefix length. */
  addresses: readonly string[];
  /** Bridge and VLAN of each of them, `vmbr0.20` or `vmbr0.`; absent where that is not known. */
  segments?: readonly string[];
  /** The whole config of templates and of guests with our line, else undefined. */
  config?: Readonly<Record<string, string>>;
  /** What others must leave alone as long as it is there: its directory mappings and hookscript. */
  mappings?: readonly string[];
  hookscript?: string;
  /** Id of the template that its disks build upon, where their names say so. */
  base?: number;
  /** Who it is, where its description ends with our line. */
  identity?: GuestIdentity;
  /** The name that goes with our line in its description, where it bears another one. */
  lineOf?: string;
}

/** `proxwright: cluster=edge group=server index=1 uid=… spec=…`, or `template=… image=…`. */
export interface GuestIdentity {
  uid: string;
  spec: string;
  cluster?: string;
  group?: string;
  index?: number;
  template?: string;
  image?: string;
  /** Of the container with the Kea agent: `lxc` or `docker`. */
  kea?: string;
}

export interface HaFacts {
  /** Groups until they are migrated to rules, whatever the version says (facts: pve.md, Cluster). */
  mode: 'groups' | 'rules';
  /** False where the API user may not look: then nothing below says anything. */
  visible: boolean;
  resources: readonly HaResource[];
  /** Mode `rules` only. */
  rules: readonly HaRule[];
  /** Mode `groups` only. */
  groups: readonly HaGroup[];
}

export interface VolumeFacts {
  node: string;
  storage: string;
  volid: string;
  content: string;
  size: number;
}

export interface SnippetFacts {
  node: string;
  storage: string;
  path: string;
  sha256: string;
  /** Its permissions, as 0o755. */
  mode?: number;
}
