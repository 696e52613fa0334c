/** Why this version of Proxmox VE is refused, or undefined where it is supported: 8.0 to 9.2. */
export function unsupportedReason(version: string): string | undefined {
  const number = numberOf(version);
  if (number === undefined) return `"${version}" is no version of Proxmox VE`;
  if (number < OLDEST) return `Proxmox VE ${version} is older than 8.0, the first this was made for`;
  if (number > NEWEST) return `Proxmox VE ${version} is newer than 9.2, the last this was made for`;
  return undefined;
}

/** 8.4 brought virtiofs with directory mappings, and the import of disk images by the API. */
export function isBefore84(version: string): boolean {
  const number = numberOf(version);
  return number !== undefined && number < 804;
}

const OLDEST = 800;
const NEWEST = 902;

function numberOf(version: string): number | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 100 + Number(minor);
}
