/** Bytes as people say them: `412 GiB`, `1.9 TiB`, `1.1 GiB`, `64 MiB`. */
export function sizeText(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes <= 0) return '0 GiB';
  if (bytes >= 1000 * gib) return `${rounded(bytes / 1024 / gib)} TiB`;
  if (bytes >= 0.95 * gib) return `${rounded(bytes / gib)} GiB`;
  if (bytes >= mib) return `${Math.round(bytes / mib)} MiB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} KiB` : `${bytes} B`;
}

/** One decimal below ten, none above: the precision that a person compares by. */
function rounded(amount: number): string {
  return amount < 9.95 ? String(Math.round(amount * 10) / 10) : String(Math.round(amount));
}

const mib = 1024 ** 2;
const gib = 1024 ** 3;
