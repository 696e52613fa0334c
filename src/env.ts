/** What the process gives: made by main.ts from `process`, handed on to whoever needs a part of it. */
export interface Env {
  variables: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
  /** Effective user id; 0 is root. */
  uid: number;
  user: string;
  pid: number;
  machine: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Ends when the user wants everything to stop. */
  signal: AbortSignal;
  isAlive(pid: number): boolean;
  /** Asks a process to end. */
  stop(pid: number): void;
  /** False: there is no such process. A negative id is a process group. */
  sendSignal(pid: number, signal: NodeJS.Signals): boolean;
  /** The words that start this program again. */
  self: readonly string[];
  /** As Node calls it: x64, arm64. */
  arch: string;
  /** Folder for temporary files. */
  temporary: string;
}

/** Journals and locks: where PROXWRIGHT_STATE says, else /var/lib for root and the user's state folder. */
export function stateFolder(env: Pick<Env, 'uid' | 'home' | 'variables'>): string {
  const given = env.variables.PROXWRIGHT_STATE;
  if (given) return given;
  return env.uid === 0 ? '/var/lib/proxwright' : userStateFolder(env);
}

/** XDG Base Directory Specification: relative values are to be ignored. */
export function userStateFolder({ home, variables }: Pick<Env, 'home' | 'variables'>): string {
  const given = variables.XDG_STATE_HOME;
  return `${given?.startsWith('/') ? given : `${home}/.local/state`}/proxwright`;
}
