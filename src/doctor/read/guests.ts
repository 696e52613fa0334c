import type { Look } from '../look.ts';
import { Unseen } from '../look.ts';
import { rowOf, rowsOf, textAt } from '../understand.ts';

/** One guest as the API has it. `config` is undefined where it may not be seen, or the guest is just gone. */
export interface GuestSaid {
  vmid: number;
  node: string;
  kind: 'qemu' | 'lxc';
  running: boolean;
  name: string;
  tags: readonly string[];
  config: Readonly<Record<string, string>> | undefined;
}

/** All guests of the cluster with their settings; each is read once, however many checks want it. */
export async function readGuests(look: Look): Promise<GuestSaid[]> {
  const rows = rowsOf(await look.get('/cluster/resources'), 'the list of resources');
  const guests = rows.filter((row) => row.type === 'qemu' || row.type === 'lxc');
  return Promise.all(
    guests.map(async (row) => {
      const node = textAt(row, 'node');
      const kind = row.type as 'qemu' | 'lxc';
      const vmid = Number(row.vmid);
      return {
        vmid,
        node,
        kind,
        running: row.status === 'running',
        name: textAt(row, 'name'),
        tags: textAt(row, 'tags')
          .split(/[;, ]+/)
          .filter((tag) => tag !== ''),
        config: await configOf(look, `/nodes/${encodeURIComponent(node)}/${kind}/${vmid}/config`),
      };
    }),
  );
}

async function configOf(look: Look, path: string): Promise<GuestSaid['config']> {
  try {
    const row = rowOf(await look.get(path), path);
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]));
  } catch (error) {
    // Gone in between, on a node that is away, or not ours to see: the others are looked at all the same.
    if (error instanceof Unseen) return undefined;
    throw error;
  }
}

/** `101 (web-1)`. */
export function guestName({ vmid, name }: Pick<GuestSaid, 'vmid' | 'name'>): string {
  return name === '' ? String(vmid) : `${vmid} (${name})`;
}

/** The command that has its settings. */
export function toolOf({ kind }: Pick<GuestSaid, 'kind'>): 'qm' | 'pct' {
  return kind === 'lxc' ? 'pct' : 'qm';
}

/** Settings `net0`, `net1`, … of one kind, in their order. */
export function numbered(config: GuestSaid['config'], kind: string): { key: string; value: string }[] {
  const pattern = new RegExp(`^${kind}(\\d+)$`);
  return Object.entries(config ?? {})
    .flatMap(([key, value]) => {
      const number = pattern.exec(key)?.[1];
      return number === undefined ? [] : [{ key, value, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number)
    .map(({ key, value }) => ({ key, value }));
}

export function isTemplate({ config }: GuestSaid): boolean {
  return config?.template === '1';
}

/** Says for how many guests nothing can be said; empty where all were seen. */
export function unseenNote(guests: readonly GuestSaid[]): string {
  const unseen = guests.filter(({ config }) => config === undefined).length;
  return unseen === 0 ? '' : `; ${unseen === 1 ? 'one guest' : `${unseen} guests`} could not be looked at`;
}
