import type { Readable, Writable } from 'node:stream';

/** A command that runs. Its processes are a group of their own. */
export interface Running {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** The exit code; 127 when there is no such command, 128 + n when signal n ended it. */
  exit: Promise<number>;
  /** Asks the whole group to end, and makes it end when it does not. */
  kill(): void;
}

export interface StartOptions {
  cwd?: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
}

/** Everything that work on images needs from the outside. */
export interface ImageEdges {
  start(argv: readonly string[], options?: StartOptions): Running;
  /** The body of a small file; throws when there is no way to it. */
  fetch(url: string, signal: AbortSignal): Promise<{ status: number; body: Buffer }>;
  /** A file that ships with the program, below `maas-image/`. */
  asset(path: string): string;
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  progress(event: ImageEvent): void;
  /** Told of a temporary folder before anything is put into it: it is left behind when this process is killed. */
  noteFolder?(folder: string): Promise<void>;
  signal: AbortSignal;
  variables: Readonly<Record<string, string | undefined>>;
  /** Effective user id; 0 is root. */
  uid: number;
  cwd: string;
  /** Folder for temporary files. */
  temporary: string;
}

/** What there is apart from a single piece of work. */
export type LocalMachine = Omit<ImageEdges, 'progress' | 'noteFolder'>;

export type PhaseId =
  | 'prepare'
  | 'index'
  | 'download-base'
  | 'base'
  | 'download'
  | 'install'
  | 'setup'
  | 'pack'
  | 'engine'
  | 'boot'
  | 'checks';

/** `fraction` runs from 0 to 1 within a phase; a phase ends with 1, or is followed by another one. */
export type ImageEvent =
  | { type: 'phase'; phase: PhaseId; title: string; fraction: number; detail?: string }
  | { type: 'line'; text: string };
