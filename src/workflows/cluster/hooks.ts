import { readAsset } from '../../assets.ts';
import type { Facts } from '../../facts/facts.ts';
import { SNIPPET_PREFIX } from '../../facts/storage.ts';
import type { Finding, Step } from '../../plan/step.ts';
import type { PlanInputs } from '../workflow.ts';
import type { GroupAnswers } from './group-answers.ts';
import type { SnippetPlace } from './snippets.ts';

/** PVE takes one hookscript per guest; this one runs those that the guest's notes list. */
const DISPATCHER = `${SNIPPET_PREFIX}hooks.pl`;

/** Only executable snippets can be hookscripts. */
const DISPATCHER_MODE = 0o755;

export function dispatcherVolume(place: SnippetPlace): string {
  return `${place.storage}:snippets/${DISPATCHER}`;
}

/** The dispatcher on every node that may run a guest; an older one is replaced, since its content differs. */
export function dispatcherSteps(place: SnippetPlace): Step[] {
  const content = readAsset('hookscripts/proxwright-hooks.pl');
  return place.writers.map((node) => ({
    id: `write ${DISPATCHER} on ${node}`,
    title: `install the hookscript dispatcher on ${node}`,
    verb: 'write-file',
    args: { node, path: `${place.folders.get(node)}/${DISPATCHER}`, content, mode: DISPATCHER_MODE },
    needs: place.steps.map((step) => step.id),
    uses: { node },
  }));
}

/** The lines of a guest's notes that the dispatcher reads, by the public convention. */
export function hookLines({ hookscripts = [] }: GroupAnswers): string[] {
  return hookscripts.map((volume) => `hook-script: ${volume}`);
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
