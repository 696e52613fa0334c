import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { Refusal } from '../refusal.ts';
import { SigningKey } from './signing-key.ts';
import { imageHeader } from './stand-in.ts';

/** One image of a catalogue: where it is published, and what is published beside it. */
export interface MirrorImage {
  readonly url: string;
  readonly format: 'qcow2' | 'raw';
  readonly sums?: {
    readonly url: string;
    readonly algorithm: 'sha256' | 'sha512';
    /** `gnu`: hash, two spaces, name. `flatcar`: sections with a headline for each algorithm. */
    readonly style: 'gnu' | 'flatcar';
    readonly signature?: { readonly url: string; readonly kind: 'detached' | 'clearsigned' };
  };
  readonly texts?: readonly { readonly url: string; readonly text: string }[];
}

export interface MirrorFile {
  read(): Promise<Buffer>;
}

const VIRTUAL_SIZE = 8 * 1024 ** 3;

/** Stand-ins for the images that the internet has, under the same URLs, with sums and signatures that hold. */
export class Mirror {
  readonly #files = new Map<string, () => Promise<Buffer>>();
  readonly #made = new Map<string, Promise<Buffer>>();
  readonly #key: SigningKey;

  constructor(stateDir: string, images: readonly MirrorImage[]) {
    this.#key = new SigningKey(join(stateDir, 'mirror'));
    for (const image of images) this.#publish(image, images);
  }

  /** The file of a public URL, or of this server's own copy of it. */
  find(url: string): MirrorFile | undefined {
    const own = /^https:\/\/127\.0\.0\.1:\d+\/sandbox\/mirror\/(.+)$/.exec(url)?.[1];
    const key = own ?? keyOf(url);
    const make = this.#files.get(key);
    if (!make) return undefined;
    const read = () => {
      const made = this.#made.get(key) ?? make();
      this.#made.set(key, made);
      return made;
    };
    return { read };
  }

  /** GET /sandbox/mirror/<host>/<path> and /sandbox/mirror-key. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new Refusal(501, `Method '${request.method} ${path}' not implemented`);
    if (path === '/sandbox/mirror-key') {
      const key = Buffer.from(await this.#key.publicKey());
      response.writeHead(200, {
        'Content-Type': 'application/pgp-keys',
        'Content-Length': String(key.length),
      });
      response.end(key);
      return;
    }
    const make = this.#files.get(decodeURI(path.replace(/^\/sandbox\/mirror\//, '')));
    const found = make
      ? this.find(`https://${decodeURI(path.replace(/^\/sandbox\/mirror\//, ''))}`)
      : undefined;
    if (!found) throw new Refusal(404, 'no such file in the mirror');
    sendRange(request, response, await found.read());
  }

  #publish(image: MirrorImage, all: readonly MirrorImage[]): void {
    this.#files.set(keyOf(image.url), async () => imageFor(image));
    for (const { url, text } of image.texts ?? []) this.#files.set(keyOf(url), async () => Buffer.from(text));
    const { sums } = image;
    if (!sums) return;
    const covered = all.filter((other) => other.sums?.url === sums.url);
    const plain = () => Buffer.from(covered.map(sumsOf).join(''));
    const { signature } = sums;
    this.#files.set(keyOf(sums.url), async () =>
      signature?.kind === 'clearsigned' && signature.url === sums.url
        ? this.#key.clearSign(plain())
        : plain(),
    );
    if (!signature || signature.url === sums.url) return;
    this.#files.set(keyOf(signature.url), async () =>
      signature.kind === 'detached'
        ? this.#key.detachedSign(plain(), signature.url)
        : this.#key.clearSign(plain()),
    );
  }
}

function keyOf(url: string): string {
  return url.replace(/^https?:\/\//, '');
}

/** Each URL has its own bytes, so that one image cannot pass for another. */
function imageFor(image: MirrorImage): Buffer {
  const mark = createHash('sha256').update(image.url).digest();
  const bytes = imageHeader(image.format, VIRTUAL_SIZE);
  mark.copy(bytes, bytes.length - mark.length);
  return bytes;
}

function sumsOf(image: MirrorImage): string {
  const name = basename(new URL(image.url).pathname);
  const bytes = imageFor(image);
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');
  if (image.sums?.style !== 'flatcar') return `${hash(image.sums?.algorithm ?? 'sha256')}  ${name}\n`;
  return ['md5', 'sha1', 'sha512']
    .map((algorithm) => `# ${algorithm.toUpperCase()} HASH\n${hash(algorithm)}  ${name}\n`)
    .join('');
}

/** Answers `Range: bytes=a-b`, which downloads that go on need. */
function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const head = { 'Accept-Ranges': 'bytes', 'Content-Type': 'application/octet-stream' };
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) {
    response.writeHead(200, { ...head, 'Content-Length': String(bytes.length) });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  const last = bytes.length - 1;
  const start = match[1] === '' ? Math.max(0, bytes.length - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? last : Math.min(last, Number(match[2]));
  if (start > end) {
    response.writeHead(416, { ...head, 'Content-Range': `bytes */${bytes.length}` });
    response.end();
    return;
  }
  const part = bytes.subarray(start, end + 1);
  response.writeHead(206, {
    ...head,
    'Content-Range': `bytes ${start}-${end}/${bytes.length}`,
    'Content-Length': String(part.length),
  });
  response.end(request.method === 'HEAD' ? undefined : part);
}
