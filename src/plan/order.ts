import type { Step } from './step.ts';

/** Order in which every step stands behind what it needs; steps of equal rank keep the plan's order. */
export function inOrder(steps: readonly Step[]): Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const ordered: Step[] = [];
  const visit = (step: Step, trail: readonly string[]): void => {
    if (seen.has(step.id)) return;
    if (trail.includes(step.id)) throw new Error(`steps need each other: ${[...trail, step.id].join(' → ')}`);
    for (const id of step.needs) {
      const needed = byId.get(id);
      if (!needed) throw new Error(`step "${step.id}" needs "${id}", which the plan does not have`);
      visit(needed, [...trail, step.id]);
    }
    seen.add(step.id);
    ordered.push(step);
  };
  for (const step of steps) visit(step, []);
  return ordered;
}
