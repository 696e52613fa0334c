/** A publisher in memory: serves what the catalogue expects, signed by a key made for the test. */
import { createHash } from 'node:crypto';
import * as openpgp from 'openpgp';
import type { Fetch } from '../../src/images/edges.ts';
import type { CatalogueEntry } from '../../src/images/entry.ts';
import { mirrorOf } from '../../src/images/mirror.ts';
import { fileOf } from '../../src/images/template.ts';

export interface Publisher {
  /** URL → content; tests may change it. */
  files: Map<string, Buffer>;
  asked: string[];
  fetch: Fetch;
  publicKey: string;
  fingerprint: string;
  detached(text: string | Buffer): Promise<Buffer>;
  clearsigned(text: string): Promise<string>;
}

export async function makePublisher(entries: readonly CatalogueEntry[]): Promise<Publisher> {
  const { privateKey, publicKey } = await openpgp.generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Test publisher', email: 'images@example.org' }],
    subkeys: [{ sign: true }],
    format: 'object',
  });
  const files = new Map<string, Buffer>();
  const asked: string[] = [];
  const publisher: Publisher = {
    files,
    asked,
    publicKey: publicKey.armor(),
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    async fetch(url) {
      asked.push(url);
      const body = files.get(url);
      return { status: body ? 200 : 404, body: body ?? Buffer.alloc(0), headers: {} };
    },
    async detached(text) {
      const message = await openpgp.createMessage({ binary: new Uint8Array(Buffer.from(text)) });
      const signature = await openpgp.sign({
        message,
        signingKeys: privateKey,
        detached: true,
        format: 'binary',
      });
      return Buffer.from(signature as Uint8Array);
    },
    async clearsigned(text) {
      const message = await openpgp.createCleartextMessage({ text });
      return openpgp.sign({ message, signingKeys: privateKey });
    },
  };
  for (const entry of entries) await publish(publisher, entry);
  return publisher;
}

/** What the fake image at an address holds. */
export function imageBytes(url: string): Buffer {
  return Buffer.from(`image ${url}`);
}

async function publish(publisher: Publisher, entry: CatalogueEntry): Promise<void> {
  const sums = new Map<string, string>();
  const images = mirrorOf([entry]);
  for (const image of images) {
    for (const { url, text } of image.texts ?? []) publisher.files.set(url, Buffer.from(text));
    const line = checksumLine(entry, image.url);
    sums.set(image.sums!.url, `${sums.get(image.sums!.url) ?? ''}${line}`);
  }
  for (const [url, text] of sums) {
    publisher.files.set(url, Buffer.from(text));
    const signature = images.find((image) => image.sums!.url === url)?.sums?.signature;
    if (signature?.kind === 'detached') publisher.files.set(signature.url, await publisher.detached(text));
    if (signature?.kind === 'clearsigned') {
      publisher.files.set(signature.url, Buffer.from(await publisher.clearsigned(text)));
    }
  }
}

function checksumLine(entry: CatalogueEntry, url: string): string {
  const { algorithm, style } = entry.checksums;
  const hash = (name: string) => createHash(name).update(imageBytes(url)).digest('hex');
  const file = fileOf(url);
  if (style === 'bsd') {
    return `# ${file}: ${imageBytes(url).length} bytes\n${algorithm.toUpperCase()} (${file}) = ${hash(algorithm)}\n`;
  }
  if (style === 'gnu') return `${hash(algorithm)} *${file}\n`;
  return ['md5', 'sha1', 'sha512']
    .map((name) => `# ${name.toUpperCase()} HASH\n${hash(name)}  ${file}\n`)
    .join('');
}
