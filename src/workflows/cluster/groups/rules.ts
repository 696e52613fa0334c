import type { Rule } from '../../../answers/rule.ts';
import { OUR_HOOKS } from '../guests/hooks.ts';
import type { GroupFields } from './answers.ts';
import { parseIgnition } from './ignition-config.ts';
import { addressProblem } from './network-answers.ts';

/** What must hold between the fields of a group. */
export const groupRules: readonly Rule<GroupFields>[] = [
  {
    reads: ['count', 'networks'],
    check(group, report) {
      group.networks.forEach((network, at) => {
        const problem = addressProblem(network, group.count);
        if (problem) report(['networks', at, 'ip'], problem);
      });
    },
  },
  {
    reads: ['ready', 'networks'],
    check({ ready, networks }, report) {
      if (ready && networks.length === 0) report(['ready'], 'wants a port of guests that have no network');
    },
  },
  {
    reads: ['ignition', 'butane'],
    check({ ignition, butane }, report) {
      if (ignition !== undefined && butane !== undefined) {
        report(
          ['ignition'],
          'stands beside butane, which is made into the Ignition config; one of the two has to go',
        );
      }
      const problem = inlineProblem(inlineIgnition(ignition));
      if (problem) report(['ignition'], problem);
    },
  },
  {
    reads: ['butane', 'butane_files'],
    check({ butane, butane_files: files }, report) {
      if (files !== undefined && butane === undefined)
        report(['butane_files'], 'needs butane: beside it, the config that embeds files of that folder');
    },
  },
  {
    reads: ['butane', 'butane_snippets'],
    check(group, report) {
      if (group.butane_snippets.length === 0 || group.butane !== undefined) return;
      report(['butane_snippets'], 'needs butane: beside it, the config that the snippets are merged into');
    },
  },
  {
    reads: ['virtiofs.*.tag', 'plan9.*.tag', 'virtiofs.*.mount', 'plan9.*.mount'],
    check({ virtiofs = [], plan9 = [] }, report) {
      const shares = [
        ...virtiofs.map((share, at) => ({ ...share, at: ['virtiofs', at] })),
        ...plan9.map((share, at) => ({ ...share, at: ['plan9', at] })),
      ];
      shares.forEach((share, which) => {
        const before = shares.slice(0, which);
        if (before.some(({ tag }) => tag === share.tag))
          report([...share.at, 'tag'], `the tag ${share.tag} stands here twice`);
        if (share.mount !== undefined && before.some(({ mount }) => samePath(mount, share.mount))) {
          report([...share.at, 'mount'], `another share is mounted at ${share.mount}`);
        }
      });
    },
  },
  {
    reads: ['hookscripts'],
    check({ hookscripts = [] }, report) {
      hookscripts.forEach((volume, at) => {
        if (OUR_HOOKS.some((file) => volume.endsWith(`:snippets/${file}`)))
          report(['hookscripts', at], "is proxwright's own, and runs by itself wherever it is needed");
        else if (hookscripts.indexOf(volume) !== at)
          report(['hookscripts', at], `the hookscript ${volume} stands here twice`);
      });
    },
  },
  {
    reads: ['tags'],
    check({ tags }, report) {
      tags.forEach((tag, at) => {
        if (tags.indexOf(tag) !== at) report(['tags', at], `the tag ${tag} stands here twice`);
      });
    },
  },
];

/** systemd names the unit after the folder, whatever slashes it is written with. */
function samePath(one: string | undefined, other: string | undefined): boolean {
  const plain = (path: string | undefined): string => (path ?? '').replace(/\/+/g, '/').replace(/\/$/, '');
  return one !== undefined && plain(one) === plain(other);
}

/** The config where it stands in the answers themselves: a mapping, or JSON text. Undefined for a file's name. */
export function inlineIgnition(
  ignition: GroupFields['ignition'],
): string | Record<string, unknown> | undefined {
  if (typeof ignition !== 'string') return ignition;
  return ignition.trimStart().startsWith('{') || ignition.includes('\n') ? ignition : undefined;
}

/** JSON's own error message would repeat the text, which may hold a secret. */
function inlineProblem(inline: ReturnType<typeof inlineIgnition>): string | undefined {
  if (inline === undefined) return undefined;
  if (typeof inline === 'string' && !isJson(inline)) return 'is neither the name of a file nor JSON';
  const parsed = parseIgnition(inline);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
