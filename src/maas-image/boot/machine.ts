/** The guest that an image is booted in, as QEMU's user network has it (qemu(1), "-netdev user"). */
export const MACHINE = {
  name: 'image-check',
  mac: '52:54:00:00:02:15',
  nic: 'eno1',
  address: '10.0.2.15/24',
  gateway: '10.0.2.2',
  dns: '10.0.2.3',
  user: 'checker',
  label: 'image-root',
} as const;

/** What MAAS would send for it; our hook makes the interfaces file of it. */
export function maasConfig(): string {
  return JSON.stringify({
    network: {
      version: 2,
      ethernets: {
        [MACHINE.nic]: {
          match: { macaddress: MACHINE.mac },
          'set-name': MACHINE.nic,
          mtu: 1500,
          addresses: [MACHINE.address],
          gateway4: MACHINE.gateway,
          nameservers: { addresses: [MACHINE.dns], search: ['example.com'] },
        },
      },
    },
  });
}

/** A NoCloud seed: its files by name (cloud-init's docs, "NoCloud"). */
export function seedFiles(publicKey: string): Map<string, string> {
  const userData = {
    users: [
      {
        name: MACHINE.user,
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [publicKey.trim()],
      },
    ],
    ssh_pwauth: false,
    growpart: { mode: 'off' },
  };
  return new Map([
    ['meta-data', JSON.stringify({ 'instance-id': MACHINE.name, 'local-hostname': MACHINE.name })],
    ['user-data', `#cloud-config\n${JSON.stringify(userData)}\n`],
  ]);
}

/** GRUB's config: the root filesystem is found by its label. */
export function grubConfig(kernel: string): string {
  return [
    `search --no-floppy --set=root --label ${MACHINE.label}`,
    `linux /boot/vmlinuz-${kernel} root=LABEL=${MACHINE.label} rw console=ttyS0,115200 systemd.show_status=1`,
    `initrd /boot/initrd.img-${kernel}`,
    'boot',
    '',
  ].join('\n');
}

export interface QemuFiles {
  disk: string;
  /** A folder, which QEMU shows as a FAT disk. */
  seed: string;
  /** A folder with shim, GRUB and its config, which QEMU shows as a FAT disk. */
  esp: string;
  firmware: string;
  /** Its own copy: the firmware writes into it. */
  firmwareVariables: string;
  serial: string;
}

export interface QemuOptions {
  accel: 'kvm' | 'tcg';
  /** MiB. */
  memory: number;
  sshPort: number;
  files: QemuFiles;
}

/**
 * The command: UEFI firmware that starts the image's own shim and GRUB, disks and network by virtio. The FAT disks
 * are folders of this machine (qemu's vvfat), so that no tool is needed to make them.
 */
export function qemuCommand({ accel, memory, sshPort, files }: QemuOptions): string[] {
  return [
    'qemu-system-x86_64',
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
    '-machine',
    'q35',
    '-accel',
    accel === 'tcg' ? 'tcg,thread=multi,tb-size=512' : 'kvm',
    '-cpu',
    // Five-level paging costs an emulator time and gains a small guest nothing.
    accel === 'tcg' ? 'max,la57=off' : 'host',
    '-smp',
    '2',
    '-m',
    String(memory),
    '-drive',
    `if=pflash,format=raw,readonly=on,file=${comma(files.firmware)}`,
    '-drive',
    `if=pflash,format=raw,file=${comma(files.firmwareVariables)}`,
    '-drive',
    // What is in the image is thrown away afterwards: no need to wait for the disk.
    `if=virtio,format=raw,cache=unsafe,file=${comma(files.disk)}`,
    '-drive',
    `if=virtio,format=raw,readonly=on,file.driver=vvfat,file.label=CIDATA,file.dir=${comma(files.seed)}`,
    '-drive',
    `if=virtio,format=raw,readonly=on,file.driver=vvfat,file.label=ESP,file.dir=${comma(files.esp)}`,
    '-netdev',
    `user,id=net0,hostfwd=tcp:127.0.0.1:${sshPort}-:22`,
    '-device',
    `virtio-net-pci,netdev=net0,mac=${MACHINE.mac},romfile=`,
    '-device',
    'virtio-rng-pci',
    '-serial',
    `file:${files.serial}`,
  ];
}

/** QEMU's option parser wants a comma in a value twice. */
function comma(path: string): string {
  return path.replaceAll(',', ',,');
}
