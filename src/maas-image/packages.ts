import { hasProxmox, type ImageSpec } from './image-spec.ts';

/**
 * What the image gets. The first list is what MAAS' curtin would otherwise install from the network at each
 * deployment (it asks for these by name), so a missing one makes deployments slow, or fail.
 * ifupdown must not be there: its conffile, and its conflict with ifupdown2, stop pve-manager.
 */
export function imagePackages(spec: ImageSpec): string[] {
  return [
    ...new Set([
      ...FOR_CURTIN,
      ...(spec.arch === 'amd64' ? BOOT_AMD64 : BOOT_ARM64),
      ...SYSTEM,
      ...(hasProxmox(spec) ? PROXMOX : [`linux-image-${spec.arch}`]),
      ...spec.packages,
    ]),
  ];
}

export const FOR_CURTIN = [
  'lsb-release',
  'cloud-init',
  // MAAS' late command runs `netplan info`.
  'netplan.io',
  'efibootmgr',
  'lvm2',
  'mdadm',
  'e2fsprogs',
  'xfsprogs',
  'dosfstools',
] as const;

export const BOOT_AMD64 = ['grub-efi-amd64', 'grub-efi-amd64-signed', 'shim-signed', 'grub-pc-bin'] as const;
export const BOOT_ARM64 = ['grub-efi-arm64', 'grub-efi-arm64-signed', 'shim-signed'] as const;

const SYSTEM = [
  'systemd-sysv',
  'udev',
  'dbus',
  'initramfs-tools',
  'zstd',
  'ifupdown2',
  'bridge-utils',
  'iproute2',
  'iputils-ping',
  'netbase',
  'openssh-server',
  'ca-certificates',
  'sudo',
  'less',
  'locales',
] as const;

/** As the installer's own selection, without what only its ISO needs. */
export const PROXMOX = [
  'proxmox-ve',
  'proxmox-default-kernel',
  'pve-manager',
  'postfix',
  'open-iscsi',
  'chrony',
] as const;

/**
 * Installed where the repositories have them. For a root on ZFS: curtin would ask the network for zfs-initramfs.
 * Proxmox' repository has both; of Debian's own one needs contrib and a compiler, so plain images go without.
 */
export function optionalPackages(spec: ImageSpec): readonly string[] {
  return hasProxmox(spec) ? ['zfsutils-linux', 'zfs-initramfs'] : [];
}
