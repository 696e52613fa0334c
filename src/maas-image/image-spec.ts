/** What an image is to be: the `maas_image:` answers, with their defaults filled in. */
export interface ImageSpec {
  engine: 'native' | 'packer' | 'docker';
  /** The tarball, `.tar.gz` or `.tgz`; the manifest and the log lie beside it. */
  output: string;
  release: string;
  arch: 'amd64' | 'arm64';
  /** A repository of Proxmox VE by its name, the URL of a mirror of it, or `none` for plain Debian. */
  proxmox: string;
  /** The key of the Proxmox VE repository; without it Proxmox' own, by its pinned checksum. */
  keyring?: { file: string } | { url: string; sha256: string } | undefined;
  mirror: string;
  security_mirror: string;
  /** The key of the Debian mirror. */
  debian_keyring: string;
  packages: readonly string[];
  files: readonly { source: string; path: string; mode: string }[];
  /** A script of this machine that runs inside the image at the end. */
  script?: string | undefined;
  apt_proxy?: string | undefined;
  /** Credentials for apt (apt_auth.conf(5)); they do not end up in the image. */
  apt_auth_file?: string | undefined;
  debug_user?: { name: string; password_hash?: string | undefined; ssh_keys: readonly string[] } | undefined;
  /** Where the root filesystem is put together: about 4 GB. */
  work_dir?: string | undefined;
}

/** Whether Proxmox VE goes in. */
export function hasProxmox({ proxmox }: Pick<ImageSpec, 'proxmox'>): boolean {
  return proxmox !== 'none';
}
