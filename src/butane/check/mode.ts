/**
 * Whether a mode was probably meant in octal: `mode: 644` is the number 644 (octal 1204), which nobody wants,
 * while 0644 is what people write.
 */
export function looksLikeOctal(mode: number | bigint, directory: boolean): boolean {
  const octal = Number(mode) >= 0 && mode <= 7777 && /^[0-7]+$/.test(String(mode));
  if (!octal) return false;
  return !isTypical(Number(mode), directory) && isTypical(Number.parseInt(String(mode), 8), directory);
}

/** Modes that make sense: who is closer to the file may do at least what others may. */
function isTypical(mode: number, directory: boolean): boolean {
  if (mode === 0) return true;
  let [read, write, execute] = [false, false, false];
  for (const bits of [mode & 7, (mode >> 3) & 7, (mode >> 6) & 7]) {
    const r = (bits & 4) !== 0;
    const w = (bits & 2) !== 0;
    const x = (bits & 1) !== 0;
    if ((read && !r) || (write && !w) || (execute && !x)) return false;
    if (x && read && !execute) return false;
    if ((w || x) && !r) return false;
    read ||= r;
    write ||= w;
    execute ||= x;
  }
  if (!read) return false;
  if (directory) return execute && (mode & 0o4000) === 0 && ((mode & 0o3000) === 0 || write);
  if ((mode & 0o6000) !== 0 && (!execute || (mode & 2) !== 0)) return false;
  return (mode & 0o1000) === 0;
}
