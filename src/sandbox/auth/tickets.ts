import { same } from '../state/secrets.ts';
import type { World } from '../world.ts';

/** A ticket lives two hours; one from the near future is taken too, since clocks differ. */
const LIFETIME_S = 2 * 60 * 60;
const EARLY_S = 300;

export interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

/** A ticket and its CSRF token for a user, in the real form `PVE:user:HEXTIME::signature`. */
export function mintTicket(world: World, userid: string): Ticket {
  const time = world.pace.seconds().toString(16).toUpperCase().padStart(8, '0');
  const plain = `PVE:${userid}:${time}`;
  return {
    ticket: `${plain}::${world.secrets.sign(plain)}`,
    csrf: `${time}:${world.secrets.sign(`${time}:${userid}`)}`,
  };
}

/** The user that a ticket names, or undefined when it is forged or too old. */
export function verifyTicket(world: World, ticket: string): string | undefined {
  const match = /^(PVE:([^\s:]+@[^\s:]+):([0-9A-F]{8}))::(\S+)$/.exec(ticket);
  if (!match) return undefined;
  const [, plain = '', userid, time = '', signature = ''] = match;
  return same(world.secrets.sign(plain), signature) && isFresh(world, time) ? userid : undefined;
}

export function verifyCsrf(world: World, token: string, userid: string): boolean {
  const [time = '', signature = ''] = token.split(':');
  return same(world.secrets.sign(`${time}:${userid}`), signature) && isFresh(world, time);
}

function isFresh(world: World, time: string): boolean {
  const age = world.pace.seconds() - Number.parseInt(time, 16);
  return age > -EARLY_S && age < LIFETIME_S;
}
