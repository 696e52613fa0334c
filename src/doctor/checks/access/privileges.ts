import { type About, defineCheck, type Section } from '../../check.ts';
import { rowOf } from '../../understand.ts';
import { listed, orPass, skip, warn } from '../../verdict.ts';

/** What each kind of work needs anywhere at all; that it is held on the right path, the plan says. */
const NEEDED: Readonly<Partial<Record<Section, readonly string[]>>> = {
  templates: [
    'VM.Allocate',
    'VM.Config.Disk',
    'VM.Config.Options',
    'Datastore.AllocateSpace',
    'Datastore.AllocateTemplate',
    'Sys.Audit',
    'Sys.AccessNetwork',
  ],
  clusters: [
    ...['VM.Allocate', 'VM.Clone', 'VM.Audit', 'VM.PowerMgmt'],
    ...['CPU', 'Memory', 'Network', 'Options', 'Cloudinit', 'Disk'].map((kind) => `VM.Config.${kind}`),
    ...['Datastore.AllocateSpace', 'SDN.Use'],
  ],
  vms: [
    ...['VM.Allocate', 'VM.Audit', 'VM.PowerMgmt'],
    ...['CPU', 'Memory', 'Network', 'Options', 'Cloudinit', 'Disk'].map((kind) => `VM.Config.${kind}`),
    ...['Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'SDN.Use'],
  ],
  access: ['Permissions.Modify', 'User.Modify'],
};

export const privileges = defineCheck({
  id: 'ACC-PRIVILEGES',
  group: 'access',
  title: 'Privileges of this user',
  looksAt: 'GET /access/permissions',
  why: 'What a token may not do fails in the middle of a run; better to know before.',
  needs: 'api',
  scope: 'cluster',
  for: ['templates', 'clusters', 'vms', 'access'],
  read: (look) => look.get('/access/permissions'),
  judge(seen, about) {
    const paths = Object.values(rowOf(seen, 'the privileges')).map((held) =>
      Object.keys(rowOf(held, 'the privileges')),
    );
    const held = new Set(paths.flat());
    if (held.size === 0) return skip('the API says nothing about the privileges of this user');
    const verdicts = sectionsFor(about).flatMap((section) => {
      const missing = (NEEDED[section] ?? []).filter((privilege) => !held.has(privilege));
      return missing.length === 0
        ? []
        : [
            warn(`for ${section} this user lacks ${listed(missing, 12)}`, {
              text: 'make a role with them, and give it to the user or token',
              command: `pveum role add Proxwright --privs '${missing.join(' ')}'`,
            }),
          ];
    });
    return orPass(verdicts, `${held.size} privileges`);
  },
});

function sectionsFor({ wants }: About): Section[] {
  const all = Object.keys(NEEDED) as Section[];
  return wants === undefined ? all : all.filter((section) => wants.has(section));
}
