import type { SeenHostKey } from '../hosts/host-key.ts';
import type { Secret } from '../plan/secret.ts';
import type { Retry } from '../pve/client.ts';
import type { Clock } from '../pve/clock.ts';

/** What opening a target needs from outside. */
export interface TargetEnvironment {
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, for keys and known_hosts. */
  home: string;
  /** Folder that names of files in the wish are relative to. */
  cwd: string;
  clock?: Clock;
  /** Ends every request with a CancelledError. */
  signal?: AbortSignal;
  onRetry?: (retry: Retry) => void;
  /** Says one line to the user, such as that --insecure is on. */
  warn: (line: string) => void;
  /** Asks whether an unknown ssh host key is right. Left out in non-interactive mode: refused. */
  confirmHostKey?: (seen: SeenHostKey) => Promise<boolean>;
  /** Asks for the passphrase of a private key. */
  passphrase?: (path: string) => Promise<Secret | undefined>;
  sandbox: {
    stateDir: string;
    /** Starts one within this process. */
    start(stateDir: string): Promise<StartedSandbox>;
  };
}

export interface StartedSandbox {
  port: number;
  /** PEM. */
  certificate: string;
  hostSecret: string;
  /** Where it turned out that another process serves it. */
  pid?: number;
  close(): Promise<void>;
}
