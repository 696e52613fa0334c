import { readAsset } from '../../../assets.ts';
import type { Facts } from '../../../facts/facts.ts';
import { SNIPPET_PREFIX } from '../../../facts/storage.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { GroupAnswers } from '../groups/answers.ts';
import type { VirtiofsWay } from '../shares/virtiofsd.ts';
import type { SnippetPlace } from './snippets.ts';

/** PVE takes one hookscript per guest; this one runs those that the guest's notes list. */
export const dispatcherFile = `${SNIPPET_PREFIX}hooks.pl`;
/** Runs virtiofsd for guests that may start on nodes before 8.4. */
const VIRTIOFSD = `${SNIPPET_PREFIX}virtiofsd.pl`;

/** Our own hookscripts, by their files' names. */
export const OUR_HOOKS: readonly string[] = [dispatcherFile, VIRTIOFSD];

/** Only executable snippets can be hookscripts. */
export const HOOK_MODE = 0o755;

/** How the guests of a plan come to their files and shares. */
export interface GuestPlaces {
  snippets: SnippetPlace | undefined;
  virtiofs: VirtiofsWay;
}

/** The snippets that run at each start and stop of a group's guests, in their order: ours first. */
export function hooksOf(group: GroupAnswers, { snippets, virtiofs }: GuestPlaces): string[] {
  const served = virtiofs === 'hook' && group.virtiofs?.length && snippets;
  return [...(served ? [volumeOf(VIRTIOFSD, served)] : []), ...(group.hookscripts ?? [])];
}

export function dispatcherVolume(place: SnippetPlace): string {
  return volumeOf(dispatcherFile, place);
}

/** The lines of a guest's notes that the dispatcher reads, by the public convention. */
export function hookLines(group: GroupAnswers, places: GuestPlaces): string[] {
  return hooksOf(group, places).map((volume) => `hook-script: ${volume}`);
}

/** Our hookscripts on every node that may run a guest; an older one is replaced, since its content differs. */
export function hookSteps(groups: readonly GroupAnswers[], places: GuestPlaces): Step[] {
  const { snippets } = places;
  const hooks = groups.flatMap((group) => hooksOf(group, places));
  if (!snippets || hooks.length === 0) return [];
  const files = hooks.includes(volumeOf(VIRTIOFSD, snippets))
    ? [dispatcherFile, VIRTIOFSD]
    : [dispatcherFile];
  return files.flatMap((file) => installSteps(file, snippets));
}

function installSteps(file: string, place: SnippetPlace): Step[] {
  const content = readAsset(`hookscripts/${file}`);
  const what = file === dispatcherFile ? 'hookscript dispatcher' : 'hookscript for virtiofsd';
  return place.writers.map((node) => ({
    // With its storage: another cluster of the same answers may have its snippets elsewhere.
    id: `write ${volumeOf(file, place)} on ${node}`,
    title: `install the ${what} on ${node}`,
    verb: 'write-file',
    args: { node, path: `${place.folders.get(node)}/${file}`, content, mode: HOOK_MODE },
    needs: place.steps.map((step) => step.id),
    uses: { node },
  }));
}

function volumeOf(file: string, { storage }: SnippetPlace): string {
  return `${storage}:snippets/${file}`;
}

export function checkHooks(
  group: GroupAnswers,
  path: string,
  { nodes, inputs, facts }: { nodes: readonly string[]; inputs: PlanInputs; facts: Facts },
): Finding[] {
  const findings = (group.hookscripts ?? []).flatMap((volume, at) =>
    nodes.flatMap((node): Finding[] => {
      const problem = inputs.scripts.get(`${node}:${volume}`) ?? 'ok';
      if (problem === 'ok') return [];
      return [
        {
          severity: 'error',
          path: `${path}.hookscripts.${at}`,
          message: `hookscript ${volume} cannot run on ${node}: ${problem}`,
          fix: 'every node that may run the guest needs it, executable',
        },
      ];
    }),
  );
  if ((group.hookscripts ?? []).length > 0 && !facts.access.root) {
    findings.push({
      severity: 'error',
      path: `${path}.hookscripts`,
      message: `only root@pam may set a hookscript; this is ${facts.access.user}`,
      fix: 'log in as root@pam, or leave hookscripts out',
    });
  }
  return findings;
}
