import type { Workflow } from '../workflow.ts';
import { type ClusterAnswers, clusterAnswers } from './answers.ts';
import { checkButaneFiles } from './check-files.ts';
import { destroyCluster } from './destroy.ts';
import { isInlineButane } from './groups/butane.ts';
import { inlineIgnition } from './groups/rules.ts';
import { clusterMenu } from './menu.ts';
import { planCluster } from './plan.ts';
import { serverSnippets } from './presets/preset-cluster.ts';
import { sharedPaths } from './shares/shares.ts';
import { VIRTIOFSD_PROGRAMS } from './shares/virtiofsd.ts';
import { templateOfImage } from './templates/templates.ts';

export const cluster: Workflow<ClusterAnswers> = {
  ...clusterMenu,
  section: 'clusters',
  many: true,
  answers: clusterAnswers,
  imageKind: 'flatcar',

  files: (answers) =>
    answers.groups.flatMap((group, at) => {
      const files: { path: string; file: string }[] = [];
      const { ignition, butane } = group;
      if (typeof ignition === 'string' && inlineIgnition(ignition) === undefined) {
        files.push({ path: `groups.${at}.ignition`, file: ignition });
      }
      if (butane !== undefined && !isInlineButane(butane))
        files.push({ path: `groups.${at}.butane`, file: butane });
      for (const [which, file] of (group.butane_snippets ?? []).entries()) {
        files.push({ path: `groups.${at}.butane_snippets.${which}`, file });
      }
      return files;
    }),

  checkFiles: checkButaneFiles,

  placed(answers, { here }) {
    const { preset_options: options } = answers;
    if (options?.kubeconfig === undefined) return answers;
    return { ...answers, preset_options: { ...options, kubeconfig: here(options.kubeconfig) } };
  },

  reads: (answers, facts) => ({
    nodes: serverSnippets(answers, facts),
    here: [answers.preset_options?.kubeconfig ?? []].flat(),
  }),

  probes: ({ groups }) => ({
    folders: [...new Set(groups.flatMap(sharedPaths))],
    scripts: [...new Set(groups.flatMap((group) => group.hookscripts ?? []))],
    programs: groups.some((group) => group.virtiofs?.length) ? VIRTIOFSD_PROGRAMS : [],
  }),

  images(answers, facts) {
    const { image, nodes, ignition } = answers;
    if (image === undefined) return [];
    const names =
      nodes === 'all' ? facts.nodes.filter((node) => node.online).map((node) => node.name) : nodes;
    const everywhere = names.every((node) => templateOfImage(answers, node, facts) !== undefined);
    return everywhere ? [] : [{ image, transport: ignition.transport }];
  },

  plan: planCluster,
  destroy: destroyCluster,
};
