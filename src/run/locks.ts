import { RunError, TargetError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';

/** Who holds a lock: shown to the one who has to wait. */
export interface LockOwner {
  run: string;
  user: string;
  machine: string;
  /** Random mark of the state folder: two machines may bear one name, as laptops and containers do. */
  installation?: string;
  pid: number;
  /** Milliseconds since 1970. */
  since: number;
  /** Last sign of life, milliseconds since 1970. */
  seen: number;
}

/** Where locks lie: a folder in pmxcfs where the target has a host, else one on this machine. */
export interface LockPlace {
  /** False where the name is taken. Atomic, cluster-wide for pmxcfs. */
  take(name: string): Promise<boolean>;
  read(name: string): Promise<LockOwner | undefined>;
  write(name: string, owner: LockOwner): Promise<void>;
  release(name: string): Promise<void>;
  isAlive(pid: number): boolean;
}

export interface LockOptions {
  place: LockPlace;
  owner: Omit<LockOwner, 'since' | 'seen'>;
  now: () => number;
  sleep(milliseconds: number): Promise<void>;
  /** Repeats a function; returns how to stop it. */
  every: (milliseconds: number, work: () => void) => () => void;
}

/** A sign of life every 20 s; three missed ones and the owner counts as gone. */
const HEARTBEAT = 20_000;
const GONE_AFTER = 70_000;
/** Between taking and signing lies one command: a lock still unsigned after this has lost its owner. */
const SIGN_TIME = 5000;
/** Two who take over the same lock are at most some commands apart; then the file says which of them has it. */
const SETTLE_TIME = 100;
const SETTLE_COMMANDS = 5;

/** Takes the lock of a plan, or says who has it and since when. Returns how to give it back. */
export async function acquireLock(name: string, options: LockOptions): Promise<() => Promise<void>> {
  const { place, owner, now, sleep, every } = options;
  let takenOver = false;
  let last = now();
  while (!(await place.take(name))) {
    const holder = (await place.read(name)) ?? (await sleep(SIGN_TIME).then(() => place.read(name)));
    if (takenOver || !(await isGone(name, holder, options))) throw held(name, holder);
    last = now();
    await place.release(name);
    takenOver = true;
  }
  const since = now();
  const mine = (holder: LockOwner | undefined): boolean =>
    holder?.run === owner.run && holder.pid === owner.pid && isHere(holder, owner);
  await place.write(name, { ...owner, since, seen: now() }).catch((error: unknown) => {
    // Another one who takes it over has just cleared it away.
    if (!takenOver) throw error;
  });
  if (takenOver) {
    await sleep(Math.max(SETTLE_TIME, SETTLE_COMMANDS * (now() - last)));
    const holder = await place.read(name);
    if (!mine(holder)) throw held(name, holder);
  }
  /** After a long sleep of this machine the lock may be another's, and then is not to be touched. */
  const sign = async (): Promise<void> => {
    if (mine(await place.read(name))) await place.write(name, { ...owner, since, seen: now() });
  };
  // A missed sign of life is made up for by the next one; a real loss of the target shows in the steps.
  const stop = every(HEARTBEAT, () => void sign().catch(() => undefined));
  return async () => {
    stop();
    if (mine(await place.read(name))) await place.release(name);
  };
}

function held(name: string, holder: LockOwner | undefined): RunError {
  return new RunError(`another run is at work on "${name}"`, {
    ...(holder
      ? {
          why: `${holder.user}@${holder.machine} (pid ${holder.pid}) has been running ${holder.run} since ${clockTime(holder.since)}`,
        }
      : {}),
    fix: 'wait for its end; a run that died is taken over by itself after about a minute',
  });
}

/**
 * On this very machine the process list knows. Of another one only its signs of life are known, and its
 * clock may be off: it is gone when it gives none while we watch.
 */
async function isGone(
  name: string,
  holder: LockOwner | undefined,
  { owner, now, place, sleep }: LockOptions,
): Promise<boolean> {
  if (!holder) return true;
  if (isHere(holder, owner)) return holder.pid === owner.pid || !place.isAlive(holder.pid);
  if (Math.abs(now() - holder.seen) <= GONE_AFTER) return false;
  await sleep(HEARTBEAT * 1.5);
  return (await place.read(name))?.seen === holder.seen;
}

function isHere(holder: LockOwner, owner: LockOptions['owner']): boolean {
  return holder.machine === owner.machine && holder.installation === owner.installation;
}

function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);
}

/** `priv` is the only part of pmxcfs that www-data cannot read; mkdir there is atomic in the whole cluster. */
const PMXCFS_FOLDER = '/etc/pve/priv/proxwright';

/** Locks on a node's host, by commands that every node has. */
export function hostLocks(host: Host, isAlive: (pid: number) => boolean): LockPlace {
  const folder = (name: string): string => `${PMXCFS_FOLDER}/${name}.lock`;
  const run = async (argv: readonly string[]): Promise<boolean> => (await host.run(argv)).exitCode === 0;
  return {
    isAlive,
    async take(name) {
      if (await run(['mkdir', folder(name)])) return true;
      if (await run(['test', '-d', folder(name)])) return false;
      const made = await host.run(['mkdir', '-p', PMXCFS_FOLDER]);
      if (made.exitCode !== 0) {
        throw new TargetError('no lock can be made in the cluster file system', {
          where: `${host.node}: ${PMXCFS_FOLDER}`,
          why: made.stderr.trim() || 'mkdir failed',
          fix: 'check that you are root there and that the cluster has quorum: pvecm status',
        });
      }
      return run(['mkdir', folder(name)]);
    },
    read: async (name) => parseOwner(await host.read(`${folder(name)}/owner`)),
    write: (name, owner) => host.write(`${folder(name)}/owner`, JSON.stringify(owner), { mode: 0o600 }),
    async release(name) {
      await host.remove(`${folder(name)}/owner`);
      await host.run(['rmdir', folder(name)]);
    },
  };
}

export function parseOwner(bytes: Uint8Array | undefined): LockOwner | undefined {
  if (!bytes) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}
