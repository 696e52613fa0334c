/** A task's name: `UPID:node:pid:pstart:starttime:type:id:user[!token]:`, numbers in hex. */
export interface Upid {
  node: string;
  pid: number;
  /** Seconds since 1970. */
  startTime: number;
  type: string;
  /** What it works on, such as a VMID; may be empty. */
  id: string;
  user: string;
}

const UPID =
  /^UPID:([^:\s]+):([0-9A-Fa-f]{8,9}):[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** The parts, or undefined where the text is no UPID. */
export function parseUpid(text: string): Upid | undefined {
  const [, node, pid, startTime, type, id, user] = UPID.exec(text) ?? [];
  if (!node || !pid || !startTime || !type || id === undefined || !user) return undefined;
  return { node, pid: Number.parseInt(pid, 16), startTime: Number.parseInt(startTime, 16), type, id, user };
}

/** `qmclone 100 on pve1`, for people. */
export function taskTitle(upid: string): string {
  const parts = parseUpid(upid);
  return parts ? [parts.type, parts.id, 'on', parts.node].filter((part) => part !== '').join(' ') : upid;
}
