import type { Workflow } from '../workflow.ts';
import { type KeaAnswers, keaAnswers } from './answers.ts';
import { destroyKea } from './destroy.ts';
import { keaMenu } from './menu.ts';
import { planKea } from './plan.ts';

export const kea: Workflow<KeaAnswers> = {
  ...keaMenu,
  section: 'kea',
  many: false,
  answers: keaAnswers,
  files: () => [],
  looks: ['kea'],
  probes: () => ({ folders: [], scripts: [] }),
  images: () => [],
  plan: planKea,
  destroy: destroyKea,
};
