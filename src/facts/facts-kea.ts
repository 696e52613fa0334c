/** What there is of Kea and its agent on one node; read only where a plan needs it. */
export interface KeaNodeFacts {
  node: string;
  /** Why the node could not be looked at; the rest then says nothing. */
  problem?: string;
  /** As `uname -m` calls it: x86_64, aarch64. */
  machine: string;
  /** Commands run as root there. */
  root: boolean;
  /** `off`: the kernel has no AppArmor, or it is switched off. */
  apparmor: 'on' | 'off';
  /** Names of loaded AppArmor profiles, of those that concern Kea. */
  profiles: readonly string[];
  /** Files of the cluster's SDN; empty where it has none. */
  sdn: { zones: string; vnets: string };
  /** What the agent that runs there found: other DHCP servers that answered its probe. */
  otherServers: readonly { bridge: string; vlan: number | null; server: string }[];
  /** Container templates: file names that can be downloaded, and volumes that are there. */
  templates: { available: readonly string[]; present: readonly string[] };
  host: PlaceFacts;
  /** The inside of our own container, where it runs. */
  container?: PlaceFacts;
}

/** Where the agent can live: on a node itself, or in our container. */
export interface PlaceFacts {
  /** Of the packages that a plan may ask for: name → installed version. */
  packages: Readonly<Record<string, string>>;
  /** Name → version that apt would install. */
  candidates: Readonly<Record<string, string>>;
  /** Unit → its state, in systemd's words. */
  units: Readonly<Record<string, UnitFacts>>;
  /** Path → SHA-256. */
  files: Readonly<Record<string, string>>;
  /** What the agent that runs was started from: {@link STAMP} in its environment. */
  stamp?: string;
}

export interface UnitFacts {
  load: string;
  active: string;
  enabled: string;
}

/** The variable that says from which program and settings an agent was started. */
export const STAMP = 'PROXWRIGHT_KEA_STAMP';

/** The file of this very program, or why there is none that could be copied. */
export type ProgramFacts =
  | { path: string; sha256: string; size: number; machine: string }
  | { problem: string };
