import type { GroupAnswers } from '../groups/answers.ts';
import type { IgnitionConfig } from '../groups/ignition-config.ts';

/** Mount units for the shares that say where; a unit that the config has itself is left as it is. */
export function withMounts(config: IgnitionConfig, group: GroupAnswers): IgnitionConfig {
  const units = [
    ...(group.virtiofs ?? []).map(({ tag, mount }) => mountUnit({ tag, mount, type: 'virtiofs' })),
    ...(group.plan9 ?? []).map(({ tag, mount, readonly }) =>
      mountUnit({
        tag,
        mount,
        type: '9p',
        options: `trans=virtio,version=9p2000.L,msize=524288${readonly ? ',ro' : ''}`,
      }),
    ),
  ].filter((unit) => unit !== undefined);
  const systemd = config.systemd as { units?: { name: string }[] } | undefined;
  const present = new Set((systemd?.units ?? []).map((unit) => unit.name));
  const added = units.filter((unit) => !present.has(unit.name));
  if (added.length === 0) return config;
  return { ...config, systemd: { ...systemd, units: [...(systemd?.units ?? []), ...added] } };
}

interface Mount {
  tag: string;
  mount: string | undefined;
  type: 'virtiofs' | '9p';
  options?: string;
}

function mountUnit({
  tag,
  mount,
  type,
  options,
}: Mount): { name: string; enabled: boolean; contents: string } | undefined {
  if (mount === undefined) return undefined;
  const lines = [
    '[Unit]',
    `Description=Share ${tag}`,
    '',
    '[Mount]',
    `What=${tag}`,
    // systemd would read %h and the like.
    `Where=${mount.replaceAll('%', '%%')}`,
    `Type=${type}`,
  ];
  const contents = [
    ...lines,
    ...(options ? [`Options=${options}`] : []),
    '',
    '[Install]',
    'WantedBy=local-fs.target',
    '',
  ];
  return { name: `${escapedPath(mount)}.mount`, enabled: true, contents: contents.join('\n') };
}

/** As systemd-escape --path: a mount unit must be named after its folder. */
export function escapedPath(path: string): string {
  const inner = path.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
  if (inner === '') return '-';
  return [...Buffer.from(inner)]
    .map((byte, at) => {
      const character = String.fromCharCode(byte);
      if (character === '/') return '-';
      if (/[A-Za-z0-9:_]/.test(character) || (character === '.' && at > 0)) return character;
      return `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}
