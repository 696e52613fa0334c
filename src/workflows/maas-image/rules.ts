import type { Report } from '../../answers/rule.ts';

export function checkArchitecture(
  { arch, proxmox }: { arch: string; proxmox: string },
  report: Report,
): void {
  if (arch === 'amd64' || proxmox === 'none') return;
  report(['arch'], `Proxmox VE is not built for ${arch}; set proxmox: none for plain Debian, or arch: amd64`);
}

export function checkKeyring(
  { proxmox, keyring }: { proxmox: string; keyring?: unknown },
  report: Report,
): void {
  if (keyring !== undefined && proxmox === 'none')
    report(['keyring'], 'is for the Proxmox VE repository, and proxmox is none');
}

/** `install` makes folders on the way, but must not be led out of the image or over what the build needs. */
export function checkFiles({ files }: { files: readonly { path: string }[] }, report: Report): void {
  const seen = new Map<string, number>();
  files.forEach(({ path }, at) => {
    if (path.split('/').includes('..')) report(['files', at, 'path'], 'has .. in it; write the path without');
    if (/^\/root\/\.ssh(\/|$)/.test(path))
      report(
        ['files', at, 'path'],
        'gives root SSH keys, which an image must not have; MAAS adds keys when it deploys',
      );
    const other = seen.get(path);
    if (other === undefined) seen.set(path, at);
    else report(['files', at, 'path'], `${path} is taken already by files.${other}`);
  });
}
