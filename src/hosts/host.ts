/** Where commands and files of one node go: this machine, ssh, or the sandbox's pretend node. Four verbs. */
export interface Host {
  /** The node's name, as the cluster calls it. */
  readonly node: string;
  /** Runs a command without a shell. A non-zero exit code is a result, not an error. */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** The file's bytes, or undefined where it does not exist. */
  read(path: string): Promise<Buffer | undefined>;
  /** Writes atomically (a temporary file of this mode, then rename); folders above are made. */
  write(path: string, content: string | Uint8Array, options: { mode: number }): Promise<void>;
  /** Removes a file; that it is absent already is no error. */
  remove(path: string): Promise<void>;
}

export interface RunOptions {
  /** Goes to standard input; the place for secrets, which never stand in argv. */
  input?: string | Uint8Array;
  /** Milliseconds; a command that takes longer is ended and a CommandError thrown. Default 30,000. */
  timeout?: number;
  signal?: AbortSignal;
}

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}
