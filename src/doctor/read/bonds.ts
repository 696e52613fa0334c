import { Garbled, type Look } from '../look.ts';
import { rowsOf, textAt } from '../understand.ts';

/** One bond as the kernel's driver tells it in /proc/net/bonding. */
export interface Bond {
  name: string;
  /** `active-backup`, `802.3ad`, `balance-rr`, … */
  mode: string;
  /** Milliseconds; 0: links are not watched. */
  miimon: number;
  /** ARP monitoring takes the place of miimon. */
  arpInterval: number;
  /** MAC of the switch's side, of 802.3ad. */
  partner: string | undefined;
  members: readonly { name: string; up: boolean }[];
}

export type BondsSaid = readonly { name: string; text: string | undefined }[];

export async function readBonds(look: Look): Promise<BondsSaid> {
  const rows = rowsOf(await look.get('/nodes/{node}/network'), 'the list of interfaces');
  const names = rows.filter((row) => row.type === 'bond').map((row) => textAt(row, 'iface'));
  return Promise.all(
    names.map(async (name) => ({ name, text: await look.file(`/proc/net/bonding/${name}`) })),
  );
}

/** The kernel's names for modes are sentences: `IEEE 802.3ad Dynamic link aggregation`. */
const MODES: readonly (readonly [RegExp, string])[] = [
  [/802\.3ad/, '802.3ad'],
  [/active-backup/, 'active-backup'],
  [/round-robin/, 'balance-rr'],
  [/\(xor\)/, 'balance-xor'],
  [/broadcast/, 'broadcast'],
  [/transmit load balancing/, 'balance-tlb'],
  [/adaptive load balancing/, 'balance-alb'],
];

/** Bonds that are configured but not there are left out. Throws Garbled. */
export function bondsOf(said: BondsSaid): Bond[] {
  return said.flatMap(({ name, text }) => (text === undefined ? [] : [bondOf(name, text)]));
}

function bondOf(name: string, text: string): Bond {
  const value = (key: string): string | undefined =>
    new RegExp(`^\\s*${key}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1];
  const said = value('Bonding Mode');
  const mode = MODES.find(([pattern]) => pattern.test(said ?? ''))?.[1];
  if (mode === undefined) throw new Garbled(`/proc/net/bonding/${name}`, text);
  const members = text
    .split(/^Slave Interface:\s*/m)
    .slice(1)
    .map((part) => ({ name: part.split('\n')[0]?.trim() ?? '', up: /^MII Status:\s*up/m.test(part) }));
  return {
    name,
    mode,
    miimon: Number(value('MII Polling Interval \\(ms\\)') ?? 0),
    arpInterval: Number(value('ARP Polling Interval \\(ms\\)') ?? 0),
    partner: value('Partner Mac Address'),
    members,
  };
}
