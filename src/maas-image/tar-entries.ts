/** An entry of a tar archive. */
export interface TarEntry {
  /** Without a leading `./` or `/`, and without a trailing `/`. */
  path: string;
  type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  mode: number;
  uid: number;
  gid: number;
  size: number;
  link: string;
  /** Only for files that `wants` asked for. */
  content?: Buffer;
}

export interface TarOptions {
  /** Which files' contents are needed; they are kept in memory. */
  wants(path: string, size: number): boolean;
  onEntry(entry: TarEntry): void;
}

const BLOCK = 512;

/**
 * Reads a tar archive (ustar, GNU and pax, POSIX.1-2001) as it comes, without unpacking it. Throws Error where it is
 * not one, or ends early. Contents that nobody wants are skipped without a copy.
 */
export async function readTar(source: AsyncIterable<Buffer>, options: TarOptions): Promise<void> {
  const state: State = {
    ...options,
    long: {},
    skip: 0,
    keep: undefined,
    header: Buffer.alloc(0),
    entries: 0,
    zeros: 0,
  };
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      if (state.skip > 0) {
        const step = Math.min(state.skip, chunk.length - at);
        take(state, chunk, at, step);
        state.skip -= step;
        at += step;
        if (state.skip === 0) finish(state);
      } else if (state.header.length === 0 && chunk.length - at >= BLOCK) {
        header(state, chunk.subarray(at, at + BLOCK));
        at += BLOCK;
      } else {
        const step = Math.min(BLOCK - state.header.length, chunk.length - at);
        state.header = Buffer.concat([state.header, chunk.subarray(at, at + step)]);
        at += step;
        if (state.header.length === BLOCK) {
          const whole = state.header;
          state.header = Buffer.alloc(0);
          header(state, whole);
        }
      }
    }
  }
  if (state.skip > 0 || state.header.length > 0) throw new Error('it ends in the middle of a file');
  if (state.entries === 0) throw new Error('there is nothing in it');
  if (state.zeros === 0) throw new Error('its end is missing');
}

/** Of a name or of attributes of one file, which Linux limits to some 64 KiB; they are kept in memory. */
const LARGEST_EXTENSION = 16 * 2 ** 20;

interface Kept {
  entry: TarEntry;
  kind: string;
  left: number;
  /** Absent: nobody wants the content. */
  parts?: Buffer[];
}

interface State extends TarOptions {
  /** What an extended header says of the next entry. */
  long: { path?: string; link?: string; size?: number };
  skip: number;
  keep: Kept | undefined;
  header: Buffer;
  entries: number;
  zeros: number;
}

function header(state: State, block: Buffer): void {
  if (block[0] === 0 && block.every((byte) => byte === 0)) {
    state.zeros += 1;
    return;
  }
  if (state.zeros > 0) return;
  if (!hasChecksum(block)) throw new Error(state.entries === 0 ? 'it is not a tar archive' : 'it is damaged');
  const kind = String.fromCharCode(block[156] ?? 0);
  const size = state.long.size ?? number(block, 124, 12);
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const isExtension = 'xgLK'.includes(kind);
  if (isExtension && size > LARGEST_EXTENSION) throw new Error('it is damaged');
  const entry: TarEntry = {
    path: clean((isExtension ? undefined : state.long.path) ?? (prefix ? `${prefix}/${name}` : name)),
    type: TYPES[kind] ?? 'other',
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: isExtension || kind === '0' || kind === '\0' || kind === '7' ? size : 0,
    link: (isExtension ? undefined : state.long.link) ?? text(block, 157, 100),
  };
  state.entries += 1;
  const wanted = isExtension || (entry.type === 'file' && state.wants(entry.path, entry.size));
  state.keep = { entry, kind, left: entry.size, ...(wanted ? { parts: [] } : {}) };
  state.skip = Math.ceil(entry.size / BLOCK) * BLOCK;
  if (!isExtension) state.long = {};
  if (state.skip === 0) finish(state);
}

function take({ keep }: State, chunk: Buffer, at: number, length: number): void {
  if (!keep) return;
  const mine = Math.min(keep.left, length);
  // A copy: the chunk's memory is used again.
  if (keep.parts && mine > 0) keep.parts.push(Buffer.from(chunk.subarray(at, at + mine)));
  keep.left -= mine;
}

function finish(state: State): void {
  const { keep } = state;
  if (!keep) return;
  state.keep = undefined;
  const content = keep.parts ? Buffer.concat(keep.parts) : undefined;
  switch (keep.kind) {
    case 'x':
      Object.assign(state.long, paxOf(content ?? Buffer.alloc(0)));
      break;
    case 'g':
      break;
    case 'L':
      state.long.path = text(content ?? Buffer.alloc(0), 0, content?.length ?? 0);
      break;
    case 'K':
      state.long.link = text(content ?? Buffer.alloc(0), 0, content?.length ?? 0);
      break;
    default:
      state.onEntry({ ...keep.entry, ...(content ? { content } : {}) });
  }
}

const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
};

/** pax records: `LENGTH KEY=VALUE\n`, lengths in bytes. */
function paxOf(content: Buffer): State['long'] {
  const found: State['long'] = {};
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(32, at);
    const length = Number(content.toString('latin1', at, blank));
    if (blank < 0 || !Number.isInteger(length) || length <= 0) throw new Error('it is damaged');
    const record = content.toString('utf8', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    if (record.startsWith('path=')) found.path = value;
    else if (record.startsWith('linkpath=')) found.link = value;
    else if (record.startsWith('size=')) found.size = Number(value);
    at += length;
  }
  return found;
}

/** Octal digits, or GNU's binary form for what does not fit. */
function number(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) !== 0) return block.readUIntBE(at + length - 6, 6);
  return Number.parseInt(
    block
      .toString('latin1', at, at + length)
      .replaceAll('\0', ' ')
      .trim() || '0',
    8,
  );
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString('utf8', at, end < 0 || end > at + length ? at + length : end);
}

function clean(path: string): string {
  return path
    .replace(/^(\.?\/)+/, '')
    .replace(/^\.$/, '')
    .replace(/\/+$/, '');
}

function hasChecksum(block: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum === number(block, 148, 8);
}
