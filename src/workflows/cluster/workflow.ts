import type { Workflow } from '../workflow.ts';
import { type ClusterAnswers, clusterAnswers } from './answers.ts';
import { destroyCluster } from './destroy.ts';
import { inlineIgnition } from './group-answers.ts';
import { clusterMenu } from './menu.ts';
import { planCluster } from './plan.ts';
import { templateOfImage } from './templates.ts';

export const cluster: Workflow<ClusterAnswers> = {
  ...clusterMenu,
  section: 'clusters',
  many: true,
  answers: clusterAnswers,

  files: (answers) =>
    answers.groups.flatMap((group, at) =>
      typeof group.ignition === 'string' && inlineIgnition(group.ignition) === undefined
        ? [{ path: `groups.${at}.ignition`, file: group.ignition }]
        : [],
    ),

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
