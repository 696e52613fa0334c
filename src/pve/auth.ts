import { TargetError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import { Secret } from '../plan/secret.ts';

/** How requests prove who sends them. */
export interface Auth {
  /** `root@pam`, `ci@pve!provisioner`. */
  readonly user: string;
  headers(method: string, login: Login): Promise<Record<string, string>>;
  /** The node refused those headers. True: newly made ones may do. */
  renew(): boolean;
  /** What a person reads when the node refuses for good; `said` are its own words, often none. */
  refusal(said: string): { message: string; why?: string; fix: string };
}

/** Asks the API for a ticket; the password may be an older ticket. Undefined: refused. */
export type Login = (user: string, password: Secret) => Promise<Ticket | undefined>;

export interface Ticket {
  ticket: Secret;
  csrf: Secret;
}

/** Tickets are valid for 2 h; a quarter of an hour is left for clocks that differ. */
const TICKET_AGE = 105 * 60_000;

/** An API token, given whole (`user@realm!name=uuid`) or as its id and secret. */
export function tokenAuth(id: string, secret: Secret): Auth {
  return {
    user: id,
    headers: async () => ({ authorization: `PVEAPIToken=${id}=${secret.reveal()}` }),
    renew: () => false,
    refusal: (said) => ({
      message: `the node refuses the API token ${id}`,
      ...(said ? { why: said } : {}),
      fix: `check its id, secret and expiry: pveum user token list '${id.split('!')[0]}'`,
    }),
  };
}

/** User name with realm, and password; logs in once, then renews the ticket with itself. */
export function passwordAuth(user: string, password: Secret, now: () => number): Auth {
  let usable = true;
  const tickets = keepTicket(now, async (login, old) => {
    const renewed = old && usable ? await login(user, old.ticket) : undefined;
    usable = true;
    const ticket = renewed ?? (await login(user, password));
    if (!ticket) throw new TargetError(refusal('').message, refusal(''));
    return ticket;
  });
  const refusal = (said: string) => ({
    message: `wrong user name or password for ${user}`,
    ...(said && !/^authentication failure$/i.test(said) ? { why: said } : {}),
    fix: 'user names carry their realm (root@pam, ci@pve); a user with a second factor needs an API token',
  });
  return {
    user,
    headers: tickets.headers,
    renew() {
      usable = false;
      return tickets.drop();
    },
    refusal,
  };
}

/** root@pam by tickets that the node itself makes: {@link mintTicket}. */
export function mintedAuth(mint: () => Promise<Ticket>, now: () => number): Auth {
  const tickets = keepTicket(now, () => mint());
  return {
    user: 'root@pam',
    headers: tickets.headers,
    renew: tickets.drop,
    refusal: (said) => ({
      message: 'the node refuses the ticket that it made itself',
      ...(said ? { why: said } : {}),
      fix: "compare the nodes' clocks (timedatectl), and check: pvecm status",
    }),
  };
}

/** A ticket for root@pam made on the node, by root, without a password. The ticket is in stdout only. */
export async function mintTicket(host: Host): Promise<Ticket> {
  const done = await host.run(['perl', '-MJSON', '-MPVE::Cluster', '-MPVE::AccessControl', '-e', MINT]);
  const answer = parse(done.stdout);
  if (done.exitCode !== 0 || !answer) {
    const said = done.stderr.trim().split('\n').at(-1);
    throw new TargetError('the node made no ticket for root@pam', {
      where: host.node,
      ...(said ? { why: said } : {}),
      fix: 'this needs root on a Proxmox VE node whose cluster file system runs: systemctl status pve-cluster',
    });
  }
  return answer;
}

/**
 * Calls of pve-access-control 8.x and 9.x: `assemble_ticket` rotates a key older than a day (and warns on
 * stderr), for which the cluster file system must be there and its state read.
 */
const MINT = [
  'PVE::Cluster::check_cfs_is_mounted();',
  'PVE::Cluster::cfs_update();',
  'my $user = "root\\@pam";',
  'print encode_json({',
  'ticket => PVE::AccessControl::assemble_ticket($user),',
  'csrf => PVE::AccessControl::assemble_csrf_prevention_token($user)});',
].join(' ');

function parse(stdout: string): Ticket | undefined {
  try {
    const { ticket, csrf } = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof ticket !== 'string' || typeof csrf !== 'string') return undefined;
    return { ticket: new Secret(ticket), csrf: new Secret(csrf) };
  } catch {
    return undefined;
  }
}

/** One ticket at a time, made by one request however many wait for it. */
function keepTicket(now: () => number, make: (login: Login, old: Ticket | undefined) => Promise<Ticket>) {
  let current: { ticket: Promise<Ticket>; since: number } | undefined;
  let old: Ticket | undefined;

  function ticketOf(login: Login): Promise<Ticket> {
    if (current && now() - current.since < TICKET_AGE) return current.ticket;
    const made = { ticket: make(login, old), since: now() };
    current = made;
    made.ticket.then(
      (ticket) => {
        old = ticket;
      },
      () => {
        if (current === made) current = undefined;
      },
    );
    return made.ticket;
  }

  return {
    async headers(method: string, login: Login): Promise<Record<string, string>> {
      const { ticket, csrf } = await ticketOf(login);
      const cookie = { cookie: `PVEAuthCookie=${encodeURIComponent(ticket.reveal())}` };
      return method === 'GET' ? cookie : { ...cookie, csrfpreventiontoken: csrf.reveal() };
    },
    drop(): boolean {
      current = undefined;
      return true;
    },
  };
}
