import type { GuestStatus, KeaStatus, NetworkStatus } from '../../kea/status.ts';
import type { Cell, Tint } from '../text/cells.ts';
import { agoText, counted, durationText } from '../text/durations.ts';
import { textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { networkName } from './reading.ts';

/** How many things are to be said of a network: findings, what it waits for, other servers. */
export function concerns(network: NetworkStatus, { findings }: Pick<KeaStatus, 'findings'>): number {
  const key = networkName(network);
  const own = findings.filter(({ networks }) => networks?.includes(key)).length;
  return own + network.otherServers.length + (network.detail === undefined ? 0 : 1);
}

/** What stands above the list of networks. */
export const networkHeading: readonly Cell[] = [
  { text: '   network', grow: true, as: 'dim', said: '' },
  { text: 'state', width: 10, as: 'dim', said: '' },
  { text: 'gen', width: 4, align: 'right', as: 'dim', said: '' },
  { text: 'found ', width: 7, align: 'right', as: 'dim', said: '' },
];

/** One network: its name, state, generation, and how much is to be said of it. `active`: the cursor is on this list. */
export function networkCells(
  network: NetworkStatus,
  options: { status: KeaStatus; here: boolean; active: boolean; signs: Signs },
): Cell[] {
  const { status, here, active, signs } = options;
  const { state, generation } = network;
  const found = concerns(network, status);
  const { sign, as } = stateSigns(signs)[state];
  return [
    // The network whose guests are looked at stays marked, without colours too.
    here && !active ? { text: ` ${signs.active} `, as: 'dim', said: '(chosen)' } : cursorCell(here, signs),
    { text: harmless(networkName(network)), grow: true, bold: here, as: here ? 'accent' : 'plain' },
    { text: `${sign} ${state}`, width: 10, as, said: state },
    {
      text: generation ? String(generation.number) : '',
      width: 4,
      align: 'right',
      said: generation ? `generation ${generation.number}` : '',
    },
    {
      text: found > 0 ? `${signs.warning} ${found} ` : '',
      width: 7,
      align: 'right',
      as: 'warning',
      said: found > 0 ? counted(found, 'finding') : '',
    },
  ];
}

/** Widths of the columns of a network's guests, the same for all of its rows. */
export interface GuestColumns {
  guest: number;
  address: number;
  lease: number;
  /** 0: there is no room for it. */
  mac: number;
  /** Not shown where only its first letters would fit. */
  hostname: boolean;
}

export function guestColumns(
  guests: readonly GuestStatus[],
  { width, signs, now }: { width: number; signs: Signs; now: number },
): GuestColumns {
  const widest = (text: (guest: GuestStatus) => string) =>
    Math.max(0, ...guests.map((guest) => textWidth(text(guest))));
  const guest = widest(guestName) + 2;
  const address = widest((one) => one.address) + 2;
  const lease = widest((one) => leaseOf(one, { signs, now }).text) + 2;
  const left = width - 3 - guest - address - lease;
  return { guest, address, lease, mac: left >= macWidth + 12 ? macWidth : 0, hostname: left >= 5 };
}

/** One reservation with the state of its lease. `now` in milliseconds. */
export function guestCells(
  guest: GuestStatus,
  options: { columns: GuestColumns; here: boolean; signs: Signs; now: number },
): Cell[] {
  const { columns, here, signs, now } = options;
  const lease = leaseOf(guest, { signs, now });
  return [
    cursorCell(here, signs),
    {
      text: guestName(guest),
      width: columns.guest,
      as: here ? 'accent' : 'plain',
      bold: here,
      said: `guest ${guestName(guest)}`,
    },
    { text: guest.address, width: columns.address },
    { text: lease.text, width: columns.lease, as: lease.as, said: lease.said },
    ...(columns.mac > 0 ? [{ text: guest.mac, width: columns.mac, as: 'dim' as const }] : []),
    { text: columns.hostname ? harmless(guest.hostname ?? '') : '', grow: true, as: 'dim' },
  ];
}

/** What has no room in the row of a guest. */
export function guestDetail({ mac, hostname }: GuestStatus, { signs }: { signs: Signs }): string {
  return [mac, ...(hostname === undefined ? [] : [harmless(hostname)])].join(` ${signs.dot} `);
}

/** `agent pid 812 · Kea 2.6.3 · since 3 h ago`. */
export function agentText({ agent, kea }: KeaStatus, { signs, now }: { signs: Signs; now: number }): string {
  return [
    `agent pid ${agent.pid}`,
    kea.version === undefined ? 'Kea is missing' : `Kea ${harmless(kea.version)}`,
    `began ${agoText(agent.since * 1000, now)}`,
  ].join(` ${signs.dot} `);
}

/** `3 guests, 2 with a lease`. */
export function guestsText({ guests }: NetworkStatus): string {
  const active = guests.filter(({ lease }) => lease === 'active').length;
  return `${counted(guests.length, 'guest')}, ${active} with a lease`;
}

function cursorCell(here: boolean, signs: Signs): Cell {
  return { text: here ? ` ${signs.cursor} ` : '   ', as: 'accent', said: here ? '(here)' : '' };
}

function guestName({ vmid, nic }: GuestStatus): string {
  return `${vmid} ${nic}`;
}

function leaseOf(
  { lease, expires }: GuestStatus,
  { signs, now }: { signs: Signs; now: number },
): { text: string; said: string; as: Tint } {
  if (lease === 'none') return { text: `${signs.idle} not asked`, said: 'has not asked yet', as: 'dim' };
  if (lease === 'expired')
    return { text: `${signs.warning} expired`, said: 'its lease has expired', as: 'warning' };
  const left = durationText((expires ?? 0) * 1000 - now);
  return { text: `${signs.ok} ${left}`, said: `lease for another ${left}`, as: 'ok' };
}

const macWidth = 19;

function stateSigns(signs: Signs): Record<NetworkStatus['state'], { sign: string; as: Tint }> {
  return {
    serving: { sign: signs.ok, as: 'ok' },
    waiting: { sign: signs.idle, as: 'warning' },
    failed: { sign: signs.failed, as: 'failed' },
  };
}
