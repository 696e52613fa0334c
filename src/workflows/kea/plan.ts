import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Finding, Step } from '../../plan/step.ts';
import type { PlanInputs } from '../workflow.ts';
import type { KeaAnswers } from './answers.ts';
import { checkKea } from './checks.ts';
import { containerPlaces } from './container-place.ts';
import { containerSteps } from './container-steps.ts';
import { hostSteps, type ProgramFile } from './host-steps.ts';
import { chosenNodes } from './nodes.ts';

/** The agent with its Kea on every node that is asked for. Pure. */
export function planKea(answers: KeaAnswers, facts: Facts, { path }: Pick<PlanInputs, 'path'>): Plan {
  const { nodes, findings: missing } = chosenNodes(answers, facts);
  const { steps, findings } = stepsOf(answers, nodes, facts);
  const where = nodes.length === 1 ? `on ${nodes[0]}` : `on ${nodes.length} nodes`;
  return {
    title: `Kea ${answers.mode === 'host' ? '' : `by ${answers.mode} `}${where}`,
    workflow: 'kea',
    locks: ['kea'],
    steps,
    findings: [...missing, ...checkKea(answers, nodes, facts), ...findings].map((finding) =>
      finding.path === undefined ? finding : { ...finding, path: `${path}.${finding.path}` },
    ),
    guests: [],
  };
}

function stepsOf(
  answers: KeaAnswers,
  nodes: readonly string[],
  facts: Facts,
): { steps: Step[]; findings: Finding[] } {
  const program = programOf(facts);
  if ('finding' in program) return { steps: [], findings: [program.finding] };
  const { mode } = answers;
  if (mode === 'host')
    return { steps: nodes.flatMap((node) => hostSteps(answers, node, { facts, program })), findings: [] };
  const { places, findings } = containerPlaces(answers, nodes, facts);
  const steps = places.flatMap((place) => containerSteps({ ...answers, mode }, place, { facts, program }));
  // Nodes with a shared storage have one download.
  const unique = [...new Map(steps.map((step) => [step.id, step])).values()];
  return { steps: unique, findings };
}

/** Without a binary there is nothing to copy to a node. */
function programOf({ program }: Facts): ProgramFile | { finding: Finding } {
  if (program && !('problem' in program)) return program;
  return {
    finding: {
      severity: 'error',
      message: program?.problem ?? 'nobody looked for the file of this program',
      fix: 'npm run build, then run dist/proxwright',
    },
  };
}
