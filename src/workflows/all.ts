import { cluster } from './cluster/workflow.ts';
import { kea } from './kea/workflow.ts';
import { maasImage } from './maas-image/workflow.ts';
import type { Workflow } from './workflow.ts';

/** Every workflow; `menu.ts` says their order in the menu. */
// The list forgets the types of answers: each workflow gets back what its own schema made.
export const workflows: readonly Workflow[] = [
  cluster as unknown as Workflow,
  kea as unknown as Workflow,
  maasImage as unknown as Workflow,
];

export function workflowById(id: string): Workflow {
  const found = workflows.find((workflow) => workflow.id === id);
  if (!found) throw new Error(`there is no workflow ${id}`);
  return found;
}
