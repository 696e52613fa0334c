/** What a new practice cluster starts with. Plain data, so that a test can bring its own. */
export interface Seed {
  readonly cluster: string;
  readonly version: { readonly release: string; readonly version: string; readonly repoid: string };
  readonly nodes: readonly SeedNode[];
  readonly storages: readonly SeedStorage[];
  /** Of root@pam. */
  readonly password: string;
  readonly guests?: readonly SeedGuest[];
  readonly files?: readonly SeedFile[];
  readonly pools?: readonly { readonly poolid: string; readonly comment?: string }[];
  readonly mappings?: readonly { readonly id: string; readonly map: readonly string[] }[];
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly users?: readonly { readonly userid: string; readonly password?: string }[];
  readonly tokens?: readonly {
    readonly userid: string;
    readonly tokenid: string;
    readonly secret: string;
    readonly privsep: boolean;
  }[];
  readonly acl?: readonly {
    readonly path: string;
    readonly ugid: string;
    readonly type: 'user' | 'group' | 'token';
    readonly role: string;
  }[];
}

export interface SeedNode {
  readonly name: string;
  /** The first is the one with `vmbr0`'s address. */
  readonly bridges: readonly SeedBridge[];
  readonly gateway: string;
  readonly dns: string;
  readonly domain: string;
  /** Whether resolv.conf has it as the search domain. */
  readonly search?: boolean;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly kernel: string;
  /** Bytes. */
  readonly memory: number;
  /** Bytes that the node itself uses. */
  readonly memoryUsed: number;
}

export interface SeedBridge {
  readonly name: string;
  readonly ports: string;
  /** In CIDR form; a bridge without an address is `manual`. */
  readonly address?: string;
  readonly vlanAware: boolean;
}

export interface SeedStorage {
  readonly id: string;
  readonly type: string;
  /** As in storage.cfg: path, content, thinpool, nodes, shared … */
  readonly values: Readonly<Record<string, string>>;
  /** Bytes; of each node's own unless shared. */
  readonly total: number;
  readonly used: number;
  /** Bytes that the file system keeps back, which `avail` lacks though nobody uses them. */
  readonly reserved?: number;
}

export interface SeedGuest {
  readonly vmid: number;
  readonly node: string;
  readonly config: Readonly<Record<string, string>>;
  /** The file that its disk was imported from held this many bytes. */
  readonly used?: number;
}

export interface SeedFile {
  /** A node, or every node. */
  readonly node: string;
  readonly path: string;
  readonly text?: string;
  readonly mode?: number;
  /** A stand-in image instead of a text: its virtual size and how big its file looks, in bytes. */
  readonly image?: {
    readonly format: 'qcow2' | 'raw';
    readonly virtualSize: number;
    readonly fileSize: number;
  };
}
