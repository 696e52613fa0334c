import {
  boolean,
  formatted,
  integer,
  number,
  oneOf,
  type Property,
  type PropertyFormat,
  required,
  text,
} from './parameter.ts';

const NIC_MODELS = [
  'e1000',
  'e1000-82540em',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'i82551',
  'i82557b',
  'i82559er',
  'ne2k_isa',
  'ne2k_pci',
  'pcnet',
  'rtl8139',
  'virtio',
  'vmxnet3',
] as const;

const ID_LIST = '\\d+(?:-\\d+)?(?:;\\d+(?:-\\d+)?)*';
const macOf = Object.fromEntries(
  NIC_MODELS.map((model): [string, Property] => [model, { alias: 'macaddr', keyAlias: 'model' }]),
);

export const NET: PropertyFormat = {
  ...macOf,
  model: required(oneOf(NIC_MODELS, { defaultKey: true })),
  macaddr: formatted('mac-addr'),
  bridge: formatted('pve-bridge-id'),
  firewall: boolean(),
  'host-tunnel': boolean(),
  link_down: boolean(),
  mtu: integer({ minimum: 1, maximum: 65520 }),
  queues: integer({ minimum: 0, maximum: 64 }),
  rate: number({ minimum: 0 }),
  tag: integer({ minimum: 1, maximum: 4094 }),
  trunks: text({ pattern: ID_LIST }),
};

export const AGENT: PropertyFormat = {
  enabled: required(boolean({ defaultKey: true })),
  'freeze-fs': boolean(),
  'freeze-fs-on-backup': { alias: 'freeze-fs' },
  'guest-fsfreeze': { alias: 'freeze-fs' },
  fstrim_cloned_disks: boolean(),
  type: oneOf(['virtio', 'isa']),
};

export const VIRTIOFS: PropertyFormat = {
  dirid: required(formatted('pve-configid', { defaultKey: true })),
  cache: oneOf(['auto', 'always', 'metadata', 'never']),
  'direct-io': boolean(),
  'expose-acl': boolean(),
  'expose-xattr': boolean(),
};

export const MACHINE: PropertyFormat = {
  type: text({
    defaultKey: true,
    maxLength: 40,
    pattern:
      '(pc|pc(-i440fx)?-\\d+(\\.\\d+)+(\\+pve\\d+)?(\\.pxe)?|q35|pc-q35-\\d+(\\.\\d+)+(\\+pve\\d+)?(\\.pxe)?|virt(?:-\\d+(\\.\\d+)+)?(\\+pve\\d+)?)',
  }),
  'aw-bits': number({ minimum: 32, maximum: 64 }),
  'enable-s3': boolean(),
  'enable-s4': boolean(),
  viommu: oneOf(['intel', 'virtio']),
};

export const MEMORY: PropertyFormat = { current: required(integer({ defaultKey: true, minimum: 16 })) };

export const AUDIO: PropertyFormat = {
  device: required(oneOf(['ich9-intel-hda', 'intel-hda', 'AC97'])),
  driver: oneOf(['spice', 'none']),
};

export const IVSHMEM: PropertyFormat = {
  size: required(integer({ minimum: 1 })),
  name: text({ pattern: '[a-zA-Z0-9\\-]+' }),
};

export const NUMA_NODE: PropertyFormat = {
  cpus: required(text({ pattern: ID_LIST })),
  hostnodes: text({ pattern: ID_LIST }),
  memory: number(),
  policy: oneOf(['preferred', 'bind', 'interleave']),
};

export const SPICE: PropertyFormat = {
  foldersharing: boolean(),
  videostreaming: oneOf(['off', 'all', 'filter']),
};

export const USB: PropertyFormat = {
  host: text({
    defaultKey: true,
    pattern:
      '(?:(?:((0x)?([0-9A-Fa-f]{4}):(0x)?([0-9A-Fa-f]{4})))|(?:((\\d+)\\-(\\d+(\\.\\d+)*)))|[Ss][Pp][Ii][Cc][Ee])',
  }),
  mapping: formatted('pve-configid'),
  usb3: boolean(),
};

export const VGA: PropertyFormat = {
  type: oneOf(
    [
      'cirrus',
      'qxl',
      'qxl2',
      'qxl3',
      'qxl4',
      'none',
      'serial0',
      'serial1',
      'serial2',
      'serial3',
      'std',
      'virtio',
      'virtio-gl',
      'vmware',
    ],
    { defaultKey: true },
  ),
  clipboard: oneOf(['vnc']),
  memory: integer({ minimum: 4, maximum: 512 }),
};

export const DIR_MAPPING: PropertyFormat = {
  node: required(formatted('pve-node')),
  path: required(formatted('pve-storage-path-in-property-string')),
};

/** Formats that the schema only names; their keys as in the qm(1) manual page. */
export const GUEST_FORMATS: Readonly<Record<string, PropertyFormat>> = {
  'pve-qm-ipconfig': {
    ip: formatted('pve-ipv4-config'),
    gw: formatted('ipv4', { requires: 'ip' }),
    ip6: formatted('pve-ipv6-config'),
    gw6: formatted('ipv6', { requires: 'ip6' }),
  },
  'pve-qm-cicustom': {
    meta: formatted('pve-volume-id'),
    network: formatted('pve-volume-id'),
    user: formatted('pve-volume-id'),
    vendor: formatted('pve-volume-id'),
  },
  'pve-vm-cpu-conf': {
    cputype: text({ defaultKey: true, pattern: '[a-zA-Z0-9_.-]+' }),
    flags: text({ pattern: '[+-][a-zA-Z0-9\\-_.]+(?:;[+-][a-zA-Z0-9\\-_.]+)*' }),
    'guest-phys-bits': integer({ minimum: 32, maximum: 64 }),
    hidden: boolean(),
    'hv-vendor-id': text({ pattern: '[a-zA-Z0-9]{1,12}' }),
    'phys-bits': text({ pattern: '(host|\\d{1,2})' }),
    'reported-model': text({ pattern: '[a-zA-Z0-9_.-]+' }),
  },
  'pve-qm-rng': {
    source: required(oneOf(['/dev/urandom', '/dev/random', '/dev/hwrng'], { defaultKey: true })),
    max_bytes: integer(),
    period: integer(),
  },
  'pve-qm-hostpci': {
    host: text({ defaultKey: true }),
    mapping: formatted('pve-configid'),
    driver: oneOf(['vfio', 'keep']),
    'legacy-igd': boolean(),
    mdev: text({ pattern: '[^/.:]+' }),
    pcie: boolean(),
    rombar: boolean(),
    romfile: text({ pattern: '[^,;]+' }),
    'x-vga': boolean(),
    ...Object.fromEntries(
      ['device-id', 'vendor-id', 'sub-device-id', 'sub-vendor-id'].map((key) => [
        key,
        text({ pattern: '0x[0-9a-fA-F]{4}' }),
      ]),
    ),
  },
  'pve-qm-watchdog': {
    model: oneOf(['i6300esb', 'ib700'], { defaultKey: true }),
    action: oneOf(['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none']),
  },
  'pve-qm-smbios1': {
    uuid: text({ pattern: '[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}' }),
    base64: boolean(),
    ...Object.fromEntries(
      ['version', 'serial', 'manufacturer', 'product', 'sku', 'family'].map((key) => [
        key,
        text({ pattern: '[A-Za-z0-9+\\/]+={0,2}' }),
      ]),
    ),
  },
  'pve-qm-boot': {
    legacy: text({ defaultKey: true, pattern: '[acdn]{1,4}' }),
    order: formatted('pve-qm-bootdev-list'),
  },
  'pve-qemu-sev-fmt': {
    type: required(oneOf(['std', 'es', 'snp'], { defaultKey: true })),
    'allow-smt': boolean(),
    'kernel-hashes': boolean(),
    'no-debug': boolean(),
    'no-key-sharing': boolean(),
  },
  'pve-qemu-tdx-fmt': {
    type: required(oneOf(['tdx'], { defaultKey: true })),
    attestation: boolean(),
    'vsock-cid': integer({ minimum: 2 }),
    'vsock-port': integer({ minimum: 0 }),
  },
};
