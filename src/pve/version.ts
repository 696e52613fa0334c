/** Why this version of Proxmox VE is refused, or undefined where it is supported: 8.4 to 9.2. */
export function unsupportedReason(version: string): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return `"${version}" is no version of Proxmox VE`;
  const number = Number(major) * 100 + Number(minor);
  if (number < OLDEST)
    return `Proxmox VE ${version} is older than 8.4, the first whose API imports disk images`;
  if (number > NEWEST) return `Proxmox VE ${version} is newer than 9.2, the last this was made for`;
  return undefined;
}

const OLDEST = 804;
const NEWEST = 902;
