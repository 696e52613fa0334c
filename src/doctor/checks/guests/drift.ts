import { readIdentity } from '../../../pve/description.ts';
import { defineCheck, type Mend, type Verdict } from '../../check.ts';
import { type GuestSaid, guestName, isTemplate, readGuests } from '../../read/guests.ts';
import { count, orPass, skip, warn } from '../../verdict.ts';

/** What the answers give to a group as a whole. */
const KEYS =
  /^(cores|sockets|memory|balloon|cpu|bios|machine|scsihw|agent|onboot|citype|cicustom|hookscript|args|net\d+|virtiofs\d+)$/;

interface Own {
  guest: GuestSaid;
  cluster: string;
  group: string;
  /** As it was made. */
  name: string;
  settings: ReadonlyMap<string, string>;
}

export const drift = defineCheck({
  id: 'VM-DRIFT',
  group: 'guests',
  title: 'Our guests are as they were made',
  looksAt: 'name, tags and settings of our guests, against their line and the others of their group',
  why: "One that was changed by hand differs from its brothers, and the next run of the answers will not know why; one that was renamed is taken for somebody else's, and made a second time.",
  needs: 'api',
  scope: 'cluster',
  // A plan shows what it changes of them, and why.
  gate: 'makes',
  read: readGuests,
  judge(guests) {
    const ours = guests.flatMap(ownOf);
    if (ours.length === 0) return skip('there are no clusters of ours');
    const groups = Map.groupBy(ours, ({ cluster, group }) => `${cluster}/${group}`);
    const verdicts = [
      ...ours.flatMap((own) => [...nameVerdicts(own, ours), ...tagVerdicts(own)]),
      ...[...groups].flatMap(([group, members]) => differences(group, members)),
    ];
    return orPass(verdicts, count(ours.length, 'guest'));
  },
});

function ownOf(guest: GuestSaid): Own[] {
  const line = readIdentity(guest.config?.description ?? '');
  if (!line?.cluster || !line.group || line.index === undefined || isTemplate(guest)) return [];
  const { cluster, group, index } = line;
  const name = `${cluster}-${group}-${index}`;
  const settings = Object.entries(guest.config ?? {}).filter(([key]) => KEYS.test(key));
  return [
    {
      guest,
      cluster,
      group,
      name,
      settings: new Map(settings.map(([key, value]) => [key, common(key, value, name)])),
    },
  ];
}

/** A value without what is each guest's own: its name in file names, its MAC. */
function common(key: string, value: string, name: string): string {
  if (key.startsWith('net')) return value.replace(/=(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i, '');
  return value.replaceAll(`proxwright-${name}.`, 'proxwright-<guest>.');
}

function nameVerdicts({ guest, name }: Own, ours: readonly Own[]): Verdict[] {
  // A clone that somebody made has its line from another: VM-IDENTITY tells of it.
  if (guest.name === name || ours.some((other) => other.guest !== guest && other.name === name)) return [];
  return [
    warn(
      `guest ${guestName(guest)} was made as ${name}: renamed, it is taken for somebody else's`,
      { text: 'give it its name back', command: `qm set ${guest.vmid} --name ${name}` },
      configure(guest, { name }, { name: guest.name }),
    ),
  ];
}

function tagVerdicts({ guest, cluster }: Own): Verdict[] {
  // Without our own tag it is VM-IDENTITY that puts back both: two that mend one setting would undo each other.
  if (guest.tags.includes(cluster.toLowerCase()) || !guest.tags.includes('proxwright')) return [];
  const tags = [...guest.tags, cluster].join(';');
  return [
    warn(
      `guest ${guestName(guest)} has lost the tag ${cluster} of its cluster`,
      { text: 'put the tag back', command: `qm set ${guest.vmid} --tags '${tags}'` },
      configure(guest, { tags }, { tags: guest.tags.join(';') }),
    ),
  ];
}

function differences(group: string, members: readonly Own[]): Verdict[] {
  const keys = [...new Set(members.flatMap(({ settings }) => [...settings.keys()]))].sort();
  return keys.flatMap((key): Verdict[] => {
    const values = Map.groupBy(members, ({ settings }) => settings.get(key) ?? 'the default');
    if (values.size < 2) return [];
    const [usual = '', ...others] = [...values]
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([value]) => value);
    return others.flatMap((value) =>
      (values.get(value) ?? []).map(({ guest }) =>
        warn(`guest ${guestName(guest)} has ${key} ${value}, the others of ${group} have ${usual}`, {
          text: 'apply the answers again, or change them so that they say what is meant',
          command: 'proxwright plan <answers>',
        }),
      ),
    );
  });
}

/** One change of a guest's settings, and the way back. */
export function configure(
  { node, kind, vmid }: GuestSaid,
  params: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Mend {
  const path = `/nodes/${encodeURIComponent(node)}/${kind}/${vmid}/config`;
  return {
    changes: [{ kind: 'api', method: 'put', path, params, undo: { method: 'put', path, params: before } }],
  };
}
