/** Checksum files as publishers write them. */

export type ChecksumAlgorithm = 'sha256' | 'sha512';

export interface ChecksumLine {
  algorithm: ChecksumAlgorithm;
  value: string;
  /** Bytes, where the file says so (Fedora). */
  size?: number;
}

const HEX_LENGTH: Record<ChecksumAlgorithm, number> = { sha256: 64, sha512: 128 };

/**
 * The line for one file name, in any of the styles `hash  file`, `hash *file`, `SHA256 (file) = hash`, or
 * Flatcar's blocks below `# SHA512 HASH`. Undefined if no line of that algorithm names the file.
 */
export function findChecksum(
  text: string,
  wanted: { file: string; algorithm: ChecksumAlgorithm },
): ChecksumLine | undefined {
  let block: string | undefined;
  let size: number | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    block = /^# (\w+) HASH$/.exec(line)?.[1]?.toLowerCase() ?? block;
    const bytes = /^# (.+): (\d+) bytes$/.exec(line);
    if (bytes?.[1] === wanted.file) size = Number(bytes[2]);
    const found = parseLine(line, block);
    if (!found || found.file !== wanted.file || found.algorithm !== wanted.algorithm) continue;
    return { algorithm: wanted.algorithm, value: found.value, ...(size !== undefined && { size }) };
  }
  return undefined;
}

/** `sha256:HEX`, `sha512:HEX` or bare hex; undefined if it is neither. */
export function parseChecksum(text: string): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const [, name, hex = ''] = /^(?:(sha256|sha512):)?([0-9a-f]+)$/i.exec(text.trim()) ?? [];
  const algorithm = byLength(hex);
  if (!algorithm || (name !== undefined && name.toLowerCase() !== algorithm)) return undefined;
  return { algorithm, value: hex.toLowerCase() };
}

function parseLine(line: string, block: string | undefined) {
  const bsd = /^(SHA256|SHA512) \((.+)\) = ([0-9a-f]+)$/i.exec(line);
  if (bsd) {
    const [, name = '', file = '', hex = ''] = bsd;
    const algorithm = byLength(hex);
    return algorithm === name.toLowerCase() ? { algorithm, file, value: hex.toLowerCase() } : undefined;
  }
  const [, hex = '', file = ''] = /^([0-9a-f]{64,128})\s+\*?(?:\.\/)?(\S.*)$/i.exec(line) ?? [];
  const algorithm = byLength(hex);
  if (!algorithm || (block !== undefined && block !== algorithm)) return undefined;
  return { algorithm, file, value: hex.toLowerCase() };
}

function byLength(hex: string): ChecksumAlgorithm | undefined {
  if (hex.length === HEX_LENGTH.sha256) return 'sha256';
  return hex.length === HEX_LENGTH.sha512 ? 'sha512' : undefined;
}
