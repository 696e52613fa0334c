import { RunError } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Pve } from '../../pve/pve.ts';

/** Between plan and lock another run may have made the same guests: then this plan would make them twice. */
export async function refuseChanged(plan: Plan, facts: Facts, pve: Pve): Promise<void> {
  const names = new Set(plan.guests.map((guest) => guest.name));
  for (const { args } of plan.steps) {
    const { guest } = (args ?? {}) as { guest?: { name?: string } };
    if (guest?.name) names.add(guest.name);
  }
  if (names.size === 0) return;
  const rows = await pve.get<{ vmid: number; name?: string; node: string }[]>('/cluster/resources', {
    type: 'vm',
  });
  const listed = (guests: readonly { vmid: number; name?: string; node: string }[]): Set<string> =>
    new Set(
      guests
        .filter(({ name }) => names.has(name ?? ''))
        .map(({ vmid, name, node }) => `${name} (${vmid} on ${node})`),
    );
  const [was, is] = [listed(facts.guests), listed(rows)];
  const different = [
    ...[...was].filter((guest) => !is.has(guest)),
    ...[...is].filter((guest) => !was.has(guest)),
  ];
  if (different.length === 0) return;
  throw new RunError('the target changed since the plan was made', {
    why: `come or gone meanwhile: ${different.slice(0, 5).join(', ')}${different.length > 5 ? ` and ${different.length - 5} more` : ''}`,
    fix: 'another run was at work; apply again, and read the new plan',
  });
}
