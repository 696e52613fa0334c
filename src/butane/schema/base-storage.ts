import type { ResourceShapes } from './base-resource.ts';
import { flag, list, plainText, plainWhole, type StructShape, strings, text, whole } from './shape.ts';
import type { Row, Versioned } from './versioned.ts';

const ALWAYS = { always: true };

export interface StorageShapes {
  storage: StructShape;
  /** Parts that Fedora CoreOS's boot device uses too. */
  tang: StructShape;
  cex: StructShape;
}

export function storageShapes(base: Versioned, resources: ResourceShapes): StorageShapes {
  const { luks, tang, cex } = luksShapes(base, resources);
  const nodes = (name: NodeList) => list(nodeShape(base, resources.content, name));
  const storage = base.struct('Storage', [
    ['directories', nodes('directories')],
    ['disks', list(diskShape(base))],
    ['files', nodes('files')],
    ['filesystems', list(filesystemShape(base))],
    ['links', nodes('links')],
    ['luks', list(luks), { since: 3 }],
    ['raid', list(raidShape(base))],
    ['trees', list(treeShape(base)), { since: 2, sugar: true }],
  ]);
  return { storage, tang, cex };
}

function owner(base: Versioned, name: string): StructShape {
  return base.struct(name, [
    ['id', whole],
    ['name', text],
  ]);
}

type NodeList = 'directories' | 'files' | 'links';

/** What files, directories and links have in common comes first, then what is their own. */
function nodeShape(base: Versioned, content: StructShape, name: NodeList): StructShape {
  const own: Record<NodeList, [type: string, rows: Row[]]> = {
    directories: ['Directory', [['mode', whole]]],
    files: [
      'File',
      [
        ['append', list(content)],
        ['contents', content],
        ['mode', whole],
      ],
    ],
    links: [
      'Link',
      [
        ['hard', flag],
        ['target', plainText, { until: 3, always: true }],
        ['target', text, { since: 4 }],
      ],
    ],
  };
  const [type, rows] = own[name];
  const common: Row[] = [
    ['group', owner(base, 'NodeGroup'), { embedded: 'Node' }],
    ['overwrite', flag, { embedded: 'Node' }],
    ['path', plainText, { embedded: 'Node', always: true }],
    ['user', owner(base, 'NodeUser'), { embedded: 'Node' }],
  ];
  const embedded = rows.map(
    ([yaml, shape, row]): Row => [yaml, shape, { ...row, embedded: `${type}Embedded1` }],
  );
  return base.struct(type, [...common, ...embedded]);
}

function diskShape(base: Versioned): StructShape {
  const partition = base.struct('Partition', [
    ['guid', text],
    ['label', text],
    ['number', plainWhole],
    ['resize', flag, { since: 3 }],
    ['should_exist', flag],
    ['size_mib', whole],
    ['start_mib', whole],
    ['type_guid', text],
    ['wipe_partition_entry', flag],
  ]);
  return base.struct('Disk', [
    ['device', plainText, ALWAYS],
    ['partitions', list(partition)],
    ['wipe_table', flag],
  ]);
}

function filesystemShape(base: Versioned): StructShape {
  return base.struct('Filesystem', [
    ['device', plainText, ALWAYS],
    ['format', text],
    ['label', text],
    ['mount_options', strings, { since: 2 }],
    ['options', base.version === 1 ? base.named('FilesystemOption') : strings],
    ['path', text],
    ['uuid', text],
    ['wipe_filesystem', flag],
    ['with_mount_unit', flag, { since: 2, sugar: true }],
  ]);
}

function raidShape(base: Versioned): StructShape {
  return base.struct('Raid', [
    ['devices', base.named('Device'), base.version <= 3 ? ALWAYS : {}],
    ['level', plainText, { until: 3, always: true }],
    ['level', text, { since: 4 }],
    ['name', plainText, ALWAYS],
    ['options', base.options('RaidOption')],
    ['spares', whole],
  ]);
}

function luksShapes(
  base: Versioned,
  { resource }: ResourceShapes,
): { luks: StructShape; tang: StructShape; cex: StructShape } {
  const tang = base.struct(
    'Tang',
    [
      ['thumbprint', text],
      ['url', plainText],
      ['advertisement', text, { since: 5 }],
    ],
    { before: { advertisement: 'thumbprint' } },
  );
  const custom = base.struct(base.version <= 3 ? 'Custom' : 'ClevisCustom', [
    ['config', plainText, { until: 3, always: true }],
    ['config', text, { since: 4 }],
    ['needs_network', flag],
    ['pin', plainText, { until: 3, always: true }],
    ['pin', text, { since: 4 }],
  ]);
  const optional = base.version <= 3;
  const clevis = base.struct('Clevis', [
    ['custom', custom, { optional }],
    ['tang', list(tang)],
    ['threshold', whole],
    ['tpm2', flag],
  ]);
  const cex = base.struct('Cex', [['enabled', flag]]);
  const luks = base.struct('Luks', [
    ['cex', cex, { since: 6 }],
    ['clevis', clevis, { optional }],
    ['device', text],
    ['discard', flag, { since: 5 }],
    ['key_file', resource],
    ['label', text],
    ['name', plainText, ALWAYS],
    ['open_options', strings, { since: 5 }],
    ['options', base.options('LuksOption')],
    ['uuid', text],
    ['wipe_volume', flag],
  ]);
  return { luks, tang, cex };
}

function treeShape(base: Versioned): StructShape {
  return base.struct('Tree', [
    ['group', owner(base, 'NodeGroup'), { since: 7 }],
    ['local', plainText],
    ['path', text],
    ['user', owner(base, 'NodeUser'), { since: 7 }],
    ['file_mode', whole, { since: 7 }],
    ['dir_mode', whole, { since: 7 }],
  ]);
}
