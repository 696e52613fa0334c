import { ApiError } from '../errors.ts';
import { type HaRow, haGroup, haResource, haRule } from '../pve/ha.ts';
import type { HaFacts } from './facts.ts';
import type { FactSource } from './read.ts';

/**
 * What the HA manager is told: resources, and groups or the rules that they are migrated to. Whoever lacks
 * Sys.Audit on / sees nothing of it, and the facts say so.
 */
export async function readHa(source: FactSource, version: { release: string }): Promise<HaFacts> {
  const rows = (what: string): Promise<HaRow[]> => source.pve.get<HaRow[]>(`/cluster/ha/${what}`, {}, source);
  try {
    const [resources, groups] = await Promise.all([
      rows('resources'),
      rows('groups').catch((error: unknown) => {
        // The state decides, not the version: a cluster amid its upgrade to 9 has groups still.
        if (error instanceof ApiError && /migrated to rules/.test(error.message)) return undefined;
        throw error;
      }),
    ]);
    const rules = groups ? [] : await rows('rules');
    return {
      mode: groups ? 'groups' : 'rules',
      visible: true,
      resources: resources.map(haResource).sort((a, b) => a.sid.localeCompare(b.sid)),
      rules: rules.map(haRule).sort((a, b) => a.rule.localeCompare(b.rule)),
      groups: (groups ?? []).map(haGroup).sort((a, b) => a.group.localeCompare(b.group)),
    };
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    const mode = Number.parseInt(version.release, 10) >= 9 ? 'rules' : 'groups';
    return { mode, visible: false, resources: [], rules: [], groups: [] };
  }
}
