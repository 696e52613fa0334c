import { constants, type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { RunError } from '../errors.ts';
import type { Json } from '../plan/step.ts';
import type { RunEvent } from './events.ts';
import { unwritable } from './unwritable.ts';

/** First line of a journal: the whole plan, secrets taken out. The lines after it are {@link RunEvent}s. */
export interface JournalHead {
  type: 'journal';
  format: 1;
  run: string;
  workflow: string;
  /** Of the target, for people. */
  label: string;
  /** Milliseconds since 1970. */
  started: number;
  /** Who began it. */
  process: { pid: number; machine: string };
  /** What `--target` would have to say to come back to the same cluster; without secrets. */
  target: Json;
  plan: Json;
}

/** What must survive a crash. Progress, log lines, waiting and retries need not. */
const DURABLE: ReadonlySet<RunEvent['type']> = new Set([
  'run-started',
  'step-started',
  'step-note',
  'step-task',
  'step-done',
  'step-unchanged',
  'step-failed',
  'run-finished',
]);

export interface Journal {
  readonly file: string;
  /** Resolves when the event is on the disk; at once for events that need not survive. */
  append(event: RunEvent): Promise<void>;
  close(): Promise<void>;
}

function journalFile(folder: string, run: string): string {
  return path.join(folder, `${run}.jsonl`);
}

/** Begins a journal; the file must not exist. Readable by its owner only. */
export async function createJournal(folder: string, head: JournalHead): Promise<Journal> {
  const file = journalFile(folder, head.run);
  let handle: FileHandle | undefined;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { O_CREAT, O_EXCL, O_WRONLY, O_APPEND } = constants;
    handle = await open(file, O_CREAT | O_EXCL | O_WRONLY | O_APPEND, 0o600);
    await handle.appendFile(`${JSON.stringify(head)}\n`);
    await handle.sync();
    await syncFolder(folder);
    return new AppendOnly(file, handle);
  } catch (cause) {
    await handle?.close();
    // Nothing was begun: half a head would only look like a damaged run.
    if (handle) await rm(file, { force: true });
    throw unwritable('the journal', file, cause);
  }
}

/** Goes on with a journal. A last line that a crash tore is ended, so that the next one stands alone. */
export async function reopenJournal(folder: string, run: string): Promise<Journal> {
  const file = journalFile(folder, run);
  const text = await readFile(file, 'utf8');
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
  const torn = text.length - (text.lastIndexOf('\n') + 1);
  if (torn > 0) await handle.truncate(Buffer.byteLength(text.slice(0, text.length - torn)));
  return new AppendOnly(file, handle);
}

/** Reads a journal. A torn last line counts as not written; anything else that is no event is an error. */
export async function readJournal(
  folder: string,
  run: string,
): Promise<{ head: JournalHead; events: RunEvent[] }> {
  const file = journalFile(folder, run);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RunError(`there is no run ${run}`, { where: file, fix: 'proxwright runs list', cause });
  }
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const [head, ...events] = lines.map((line, at) => parseLine(line, `${file}:${at + 1}`));
  if (!isHead(head)) {
    throw new RunError('this is no journal of proxwright', { where: `${file}:1`, fix: startOver });
  }
  return { head: head as unknown as JournalHead, events: events as unknown as RunEvent[] };
}

/** What everybody who reads a journal stands on. */
function isHead(head: Record<string, unknown> | undefined): boolean {
  if (head?.type !== 'journal' || head.format !== 1 || typeof head.label !== 'string') return false;
  const { plan, process } = head as { plan?: { steps?: unknown; locks?: unknown }; process?: unknown };
  return Array.isArray(plan?.steps) && Array.isArray(plan.locks) && typeof process === 'object';
}

const startOver = 'apply the answers again: what the run made is found by its mark and kept';

function parseLine(line: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'type' in value)
      return value as Record<string, unknown>;
  } catch (cause) {
    throw new RunError('a line of the journal is damaged', {
      where,
      why: String(cause),
      fix: startOver,
      cause,
    });
  }
  throw new RunError('a line of the journal is no event', { where, fix: startOver });
}

/** Lines wait for the disk together: while one fsync is under way, later lines gather for the next. */
class AppendOnly implements Journal {
  readonly file: string;
  readonly #handle: FileHandle;
  #pending: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  append(event: RunEvent): Promise<void> {
    if (!DURABLE.has(event.type)) return Promise.resolve();
    this.#pending.push(`${JSON.stringify(event)}\n`);
    this.#next ??= this.#writing.then(() => this.#flush());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next;
    await this.#writing;
    await this.#handle.close();
  }

  #flush(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#next = undefined;
    this.#writing = this.#write(text);
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
    } catch (cause) {
      throw unwritable('the journal', this.file, cause);
    }
  }
}

/** The new file's name must be on the disk too, or the journal is lost with the power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
