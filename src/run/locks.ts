import { RunError, TargetError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';

/** Who holds a lock: shown to the one who has to wait. */
export interface LockOwner {
  run: string;
  user: string;
  machine: string;
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

/** Takes the lock of a plan, or says who has it and since when. Returns how to give it back. */
export async function acquireLock(
  name: string,
  { place, owner, now, sleep, every }: LockOptions,
): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries++) {
    if (await place.take(name)) break;
    const holder = (await place.read(name)) ?? (await sleep(SIGN_TIME).then(() => place.read(name)));
    if (tries < 2 && isGone(holder, { owner, now, place })) {
      await place.release(name);
      continue;
    }
    throw new RunError(`another run is at work on "${name}"`, {
      ...(holder
        ? {
            why: `${holder.user}@${holder.machine} (pid ${holder.pid}) has been running ${holder.run} since ${clockTime(holder.since)}`,
          }
        : {}),
      fix: 'wait for its end; a run that died is taken over by itself after about a minute',
    });
  }
  const since = now();
  const sign = (): Promise<void> => place.write(name, { ...owner, since, seen: now() });
  await sign();
  // A missed sign of life is made up for by the next one; a real loss of the target shows in the steps.
  const stop = every(HEARTBEAT, () => void sign().catch(() => undefined));
  return async () => {
    stop();
    await place.release(name);
  };
}

function isGone(
  holder: LockOwner | undefined,
  { owner, now, place }: Pick<LockOptions, 'owner' | 'now' | 'place'>,
): boolean {
  if (!holder) return true;
  if (holder.machine === owner.machine) return !place.isAlive(holder.pid);
  return now() - holder.seen > GONE_AFTER;
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
