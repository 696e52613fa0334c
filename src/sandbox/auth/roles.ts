const words = (text: string): readonly string[] => text.split(' ');

const DATASTORE = words(
  'Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit',
);
const GUEST = words(
  'VM.Allocate VM.Audit VM.Backup VM.Clone VM.Config.CDROM VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk ' +
    'VM.Config.HWType VM.Config.Memory VM.Config.Network VM.Config.Options VM.Console VM.GuestAgent.Audit ' +
    'VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.GuestAgent.Unrestricted ' +
    'VM.Migrate VM.PowerMgmt VM.Replicate VM.Snapshot VM.Snapshot.Rollback',
);
const SDN = words('SDN.Allocate SDN.Audit SDN.Use');

/** Every privilege of PVE 9.2, sorted as the API sorts them. VM.Monitor is gone since 9.0. */
export const ALL_PRIVILEGES: readonly string[] = [
  ...DATASTORE,
  'Group.Allocate',
  ...words('Mapping.Audit Mapping.Modify Mapping.Use Permissions.Modify Pool.Allocate Pool.Audit'),
  ...words('Realm.Allocate Realm.AllocateUser'),
  ...SDN,
  ...words(
    'Sys.AccessNetwork Sys.Audit Sys.Console Sys.Incoming Sys.Modify Sys.PowerMgmt Sys.Syslog User.Modify',
  ),
  ...GUEST,
];

/** Privileges that PVEAdmin lacks; the rest of the list is its own. */
const NOT_ADMIN = words(
  'Mapping.Modify Permissions.Modify Realm.Allocate Sys.AccessNetwork Sys.Incoming Sys.Modify Sys.PowerMgmt',
);

/** The roles that every installation has and nobody can change. */
export const BUILT_IN_ROLES: Readonly<Record<string, readonly string[]>> = {
  Administrator: ALL_PRIVILEGES,
  NoAccess: [],
  PVEAdmin: ALL_PRIVILEGES.filter((privilege) => !NOT_ADMIN.includes(privilege)),
  PVEAuditor: words(
    'Datastore.Audit Mapping.Audit Pool.Audit SDN.Audit Sys.Audit VM.Audit VM.GuestAgent.Audit',
  ),
  PVEDatastoreAdmin: DATASTORE,
  PVEDatastoreUser: words('Datastore.AllocateSpace Datastore.Audit'),
  PVEMappingAdmin: words('Mapping.Audit Mapping.Modify Mapping.Use'),
  PVEMappingUser: words('Mapping.Audit Mapping.Use'),
  PVEPoolAdmin: words('Pool.Allocate Pool.Audit'),
  PVEPoolUser: words('Pool.Audit'),
  PVESDNAdmin: SDN,
  PVESDNUser: words('SDN.Audit SDN.Use'),
  PVESysAdmin: words('Sys.Audit Sys.Console Sys.Syslog'),
  PVETemplateUser: words('VM.Audit VM.Clone'),
  PVEUserAdmin: words('Group.Allocate Realm.AllocateUser User.Modify'),
  PVEVMAdmin: GUEST,
  PVEVMUser: words(
    'VM.Audit VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.GuestAgent.Audit ' +
      'VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.PowerMgmt',
  ),
};

const AREAS: Readonly<Record<string, RegExp>> = {
  access: /^(User\.|Group\.|Permissions\.Modify$)/,
  dc: /^(SDN\.|Sys\.(Audit|Modify)$)/,
  mapping: /^(Mapping\.|Permissions\.Modify$)/,
  nodes: /^(Sys\.|Permissions\.Modify$)/,
  sdn: /^(SDN\.|Permissions\.Modify$)/,
  storage: /^(Datastore\.|Permissions\.Modify$)/,
  vms: /^(VM\.|Permissions\.Modify$)/,
};

/** What a login answer says the user may do, per area of the web interface. */
export function capabilities(
  privilegesAt: (path: string) => ReadonlySet<string>,
): Record<string, Record<string, 1>> {
  const where: Record<string, string> = {
    access: '/access',
    dc: '/',
    mapping: '/mapping',
    nodes: '/nodes',
    sdn: '/sdn',
    storage: '/storage',
    vms: '/vms',
  };
  const result: Record<string, Record<string, 1>> = {};
  for (const [area, pattern] of Object.entries(AREAS)) {
    const held = privilegesAt(where[area] ?? '/');
    const shown = ALL_PRIVILEGES.filter((privilege) => pattern.test(privilege) && held.has(privilege));
    result[area] = Object.fromEntries(shown.map((privilege) => [privilege, 1 as const]));
  }
  return result;
}
