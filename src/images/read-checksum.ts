import { TargetError } from '../errors.ts';
import { type ChecksumAlgorithm, type ChecksumLine, findChecksum } from './checksums.ts';
import type { Fetch } from './edges.ts';
import { fetchText } from './fetch-text.ts';
import { type SignedText, type Trust, verifyClearsigned, verifyDetached } from './verify.ts';

export interface ChecksumSource {
  /** Address of the checksum file. */
  sums: string;
  /** The image's name in it. */
  file: string;
  /** By preference. */
  algorithms: readonly ChecksumAlgorithm[];
  /** A clearsigned signature holds the checksums itself; then `sums` is not fetched. */
  signature?: { url: string; kind: 'detached' | 'clearsigned'; trust: Omit<Trust, 'where'> };
}

/** The checksum of a file, after the checksum file's signature (if any) was verified. Throws TargetError. */
export async function readChecksum(
  from: ChecksumSource,
  edge: { fetch: Fetch; signal?: AbortSignal },
): Promise<{ line: ChecksumLine; signed?: SignedText }> {
  const signed = from.signature && (await readSigned(from.sums, from.signature, edge));
  const text = signed?.text ?? (await fetchText(from.sums, edge)).toString('utf8');
  for (const algorithm of from.algorithms) {
    const line = findChecksum(text, { file: from.file, algorithm });
    if (line) return { line, ...(signed && { signed }) };
  }
  throw new TargetError(`there is no ${from.algorithms.join(' or ')} checksum of ${from.file} in it`, {
    where: from.signature?.kind === 'clearsigned' ? from.signature.url : from.sums,
    why: 'the publisher has renamed or withdrawn the image, or is publishing it right now',
    fix: 'try again later, or choose another version',
  });
}

async function readSigned(
  sums: string,
  signature: NonNullable<ChecksumSource['signature']>,
  edge: { fetch: Fetch; signal?: AbortSignal },
): Promise<SignedText> {
  const trust = { ...signature.trust, where: signature.url };
  if (signature.kind === 'clearsigned') return verifyClearsigned(await fetchText(signature.url, edge), trust);
  const [text, detached] = await Promise.all([fetchText(sums, edge), fetchText(signature.url, edge)]);
  return verifyDetached(text, detached, trust);
}
