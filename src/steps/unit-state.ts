import type { UnitFacts } from '../facts/facts-kea.ts';
import type { Host } from '../hosts/host.ts';

/** A unit's state now, in systemd's words. */
export async function unitState(host: Host, unit: string): Promise<UnitFacts> {
  const { stdout } = await host.run([
    ...['systemctl', 'show', '-p', 'LoadState,ActiveState,UnitFileState', '--', unit],
  ]);
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  return { load: value('LoadState'), active: value('ActiveState'), enabled: value('UnitFileState') };
}

/** Active, or on its way there. */
export function isUp({ active }: Pick<UnitFacts, 'active'>): boolean {
  return active === 'active' || active === 'activating' || active === 'reloading';
}
