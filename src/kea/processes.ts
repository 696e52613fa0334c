import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  pid: number;
  /** Field 22 of /proc/PID/stat, clock ticks since boot (proc(5)). */
  startTime: number;
}

/** Undefined: no such process, or one that is only waiting for its parent. */
export function processId(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startTime: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, startTime }: ProcessId): boolean {
  return processId(pid)?.startTime === startTime;
}

/**
 * Whether a Kea really listens: it holds a packet socket. One whose server address is in use says so in its log,
 * and runs on without any.
 */
export function holdsPacketSocket(pid: number): boolean {
  return packetQueues(pid).length > 0;
}

/** Bytes that wait in its packet sockets, for Kea to read them. */
export function queuedBytes(pid: number): number {
  return packetQueues(pid).reduce((sum, bytes) => sum + bytes, 0);
}

/** One number per packet socket of the process: column Rmem of /proc/PID/net/packet. */
function packetQueues(pid: number): number[] {
  try {
    const sockets = readFileSync(`/proc/${pid}/net/packet`, 'latin1')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells.length >= 9);
    if (sockets.length === 0) return [];
    const own = new Set(socketsOf(pid));
    return sockets.filter((cells) => own.has(cells[8] as string)).map((cells) => Number(cells[6]));
  } catch {
    return [];
  }
}

/** Running Keas by the configuration file that they were started with: whatever killed the agent, they are found. */
export function findKeas(isOurs: (confPath: string) => boolean): (ProcessId & { conf: string })[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = /^\d+$/.test(entry) ? Number(entry) : undefined;
    const conf = pid === undefined ? undefined : confOf(pid);
    const id = conf !== undefined && isOurs(conf) ? processId(pid as number) : undefined;
    return id && conf !== undefined ? [{ ...id, conf }] : [];
  });
}

/** The configuration file of a Kea, or of what is still about to become one (nsenter, setpriv). */
export function confOf(pid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const [program = '', flag, conf] = words.slice(-3);
    return /(^|\/)kea-dhcp[46]$/.test(program) && flag === '-c' ? conf : undefined;
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}
