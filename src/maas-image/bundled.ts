/** What ships below `assets/maas-image/`, by folder: inside the single binary a folder cannot be listed. */
export const BUNDLED = {
  /** Copied into the root of every image. */
  files: [
    'etc/cloud/cloud.cfg.d/95_proxwright.cfg',
    'etc/network/interfaces',
    'usr/lib/proxwright/write-hosts',
    'usr/lib/systemd/system/proxwright-hosts.service',
  ],
  chroot: ['after-packages', 'before-packages'],
  docker: ['Dockerfile', 'compose.yaml', 'entrypoint'],
  packer: ['image.pkr.hcl', 'playbook.yml'],
} as const;
