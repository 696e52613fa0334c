import { createHash } from 'node:crypto';
import { readText, writeAtomic } from './files.ts';

/** One section of a file such as storage.cfg: `type: id`, then indented keys. */
export interface Section {
  readonly type: string;
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A cluster file in PVE's section format, kept in memory and written whole on each change (these are small). */
export class SectionFile {
  readonly #path: string;
  #sections: Map<string, Section> | undefined;
  #text = '';

  constructor(path: string) {
    this.#path = path;
  }

  get(id: string): Section | undefined {
    return this.#load().get(id);
  }

  all(): Section[] {
    return [...this.#load().values()];
  }

  set(section: Section): void {
    this.#load().set(section.id, section);
    this.#save();
  }

  delete(id: string): void {
    if (this.#load().delete(id)) this.#save();
  }

  /** SHA-1 of the file, with which the API guards against lost updates. */
  digest(): string {
    this.#load();
    return sha1(this.#text);
  }

  /** Forgets what was read, after somebody wrote the file on the host. */
  reread(): void {
    this.#sections = undefined;
  }

  #load(): Map<string, Section> {
    if (!this.#sections) {
      this.#text = readText(this.#path) ?? '';
      this.#sections = new Map(parseSections(this.#text).map((section) => [section.id, section]));
    }
    return this.#sections;
  }

  #save(): void {
    this.#text = formatSections(this.all());
    writeAtomic(this.#path, this.#text, 0o640);
  }
}

export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

export function parseSections(text: string): Section[] {
  const sections: { type: string; id: string; values: Record<string, string> }[] = [];
  for (const line of text.split('\n')) {
    const head = /^(\S+):\s*(\S+)\s*$/.exec(line);
    if (head) {
      sections.push({ type: head[1] ?? '', id: head[2] ?? '', values: {} });
      continue;
    }
    const entry = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line);
    const last = sections.at(-1);
    if (!entry || !last) continue;
    const key = entry[1] ?? '';
    // A key that comes again, as `map` does in directory.cfg, is a list.
    const before = last.values[key];
    last.values[key] = before === undefined ? (entry[2] ?? '') : `${before}\n${entry[2] ?? ''}`;
  }
  return sections;
}

export function formatSections(sections: readonly Section[]): string {
  return sections
    .map((section) => `${section.type}: ${section.id}\n${formatValues(section.values)}`)
    .join('\n');
}

function formatValues(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .flatMap(([key, value]) => value.split('\n').map((line) => `\t${key}${line === '' ? '' : ` ${line}`}\n`))
    .join('');
}
