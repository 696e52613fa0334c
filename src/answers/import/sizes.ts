/** A disk's size as answers have it. Texts such as `20Gi`, `20GB` and `20` (GiB) are read; others stay as they are. */
export function diskSizeOf(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}G` : value;
  if (typeof value !== 'string') return value;
  const [, number, unit] = /^(\d+)\s*([MGT]?)(?:i?B?)?$/i.exec(value.trim()) ?? [];
  return number === undefined ? value : `${number}${(unit || 'G').toUpperCase()}`;
}

/** Memory in MiB. Texts such as `4Gi` and `4096` (MiB) are read; others stay as they are. */
export function memoryOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [, number, unit] = /^(\d{1,9})\s*([MG]?)(?:i?B?)?$/i.exec(value.trim()) ?? [];
  if (number === undefined) return value;
  return Number(number) * (unit?.toUpperCase() === 'G' ? 1024 : 1);
}
