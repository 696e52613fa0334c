/** One row of `/cluster/ha/resources`, with PVE's defaults filled in. */
export interface HaResource {
  /** `vm:9101`. */
  sid: string;
  /** What is asked of the manager: started, stopped, disabled or ignored. */
  state: string;
  maxRestart: number;
  maxRelocate: number;
  /** Goes back to the preferred node when that is there again. PVE 9; before, its group says so. */
  failback: boolean;
  /** As long as groups are not migrated to rules. */
  group?: string;
  comment: string;
}

/** One row of `/cluster/ha/rules` (PVE 9). */
export interface HaRule {
  rule: string;
  type: 'node-affinity' | 'resource-affinity';
  resources: readonly string[];
  /** Node affinity: nodes, with a priority where they have one (`pve1:2`). */
  nodes: readonly string[];
  strict: boolean;
  /** Resource affinity. */
  affinity?: 'positive' | 'negative';
  disabled: boolean;
  comment: string;
}

/** Resources that a rule must have; the manager refuses one with fewer. */
export const LEAST: Readonly<Record<HaRule['type'], number>> = {
  'node-affinity': 1,
  'resource-affinity': 2,
};

/** One row of `/cluster/ha/groups` (PVE 8). */
export interface HaGroup {
  group: string;
  /** With a priority where they have one (`pve1:2`). */
  nodes: readonly string[];
  restricted: boolean;
  nofailback: boolean;
  comment: string;
}

/** What the API says of an entry: numbers for booleans, absent where it is the default. */
export type HaRow = Readonly<Record<string, unknown>>;

export function haResource(row: HaRow): HaResource {
  const state = String(row.state ?? 'started');
  return {
    sid: String(row.sid),
    // `enabled` is the old word for it.
    state: state === 'enabled' ? 'started' : state,
    maxRestart: Number(row.max_restart ?? 1),
    maxRelocate: Number(row.max_relocate ?? 1),
    failback: Number(row.failback ?? 1) === 1,
    ...(row.group === undefined ? {} : { group: String(row.group) }),
    comment: String(row.comment ?? ''),
  };
}

export function haRule(row: HaRow): HaRule {
  return {
    rule: String(row.rule),
    type: row.type === 'node-affinity' ? 'node-affinity' : 'resource-affinity',
    resources: listOf(row.resources),
    nodes: listOf(row.nodes),
    strict: Number(row.strict ?? 0) === 1,
    ...(row.affinity === undefined
      ? {}
      : { affinity: row.affinity === 'positive' ? 'positive' : 'negative' }),
    disabled: Number(row.disable ?? 0) === 1,
    comment: String(row.comment ?? ''),
  };
}

export function haGroup(row: HaRow): HaGroup {
  return {
    group: String(row.group),
    nodes: listOf(row.nodes),
    restricted: Number(row.restricted ?? 0) === 1,
    nofailback: Number(row.nofailback ?? 0) === 1,
    comment: String(row.comment ?? ''),
  };
}

/** The id under which the HA manager knows a guest. */
export function sidOf(vmid: number): string {
  return `vm:${vmid}`;
}

export function vmidOf(sid: string): number | undefined {
  const id = /^vm:(\d+)$/.exec(sid)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The comment by which an entry is known as ours. */
export function haMark(cluster: string, group?: string): string {
  return `proxwright: cluster=${cluster}${group === undefined ? '' : ` group=${group}`}`;
}

/** Whether a comment begins with the mark of this cluster. */
export function isMarked(comment: string, cluster: string): boolean {
  return /^proxwright: cluster=(\S+)/.exec(comment)?.[1] === cluster;
}

/** Lists come joined by commas, semicolons or blanks. */
function listOf(value: unknown): string[] {
  return String(value ?? '')
    .split(/[,; ]+/)
    .filter((item) => item !== '')
    .sort();
}
