import type { Facts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';

/** What the description of a mapping that we make says; it goes with the last guest that uses it. */
export function markOf(cluster: string): string {
  return `proxwright: cluster=${cluster}`;
}

/** The cluster for which we made a mapping, or undefined for somebody else's. */
export function clusterOfMark(description: string | undefined): string | undefined {
  return /^proxwright: cluster=(\S+)\s*$/.exec(description ?? '')?.[1];
}

/** One directory mapping per tag, for all candidate nodes; made or completed where it lacks some. */
export function mappingSteps(
  { name, groups }: Pick<ClusterAnswers, 'name' | 'groups'>,
  nodes: readonly string[],
  facts: Facts,
): { steps: Step[]; findings: Finding[] } {
  const steps = new Map<string, Step>();
  const findings: Finding[] = [];
  const wanted = new Map<string, string>();
  groups.forEach((group, at) => {
    (group.virtiofs ?? []).forEach(({ tag, path }, share) => {
      const other = wanted.get(tag) ?? path;
      const there = facts.mappings.find((mapping) => mapping.id === tag);
      const elsewhere = nodes.find((node) => there?.paths[node] !== undefined && there.paths[node] !== path);
      if (other !== path || elsewhere !== undefined) {
        const held = other === path ? there?.paths[elsewhere ?? ''] : other;
        findings.push({
          severity: 'error',
          path: `groups.${at}.virtiofs.${share}.tag`,
          message: `the directory mapping ${tag} stands for ${held}${elsewhere ? ` on ${elsewhere}` : ''}, not for ${path}`,
          fix: 'choose another tag',
        });
        return;
      }
      wanted.set(tag, path);
      if (/[;,=()]/.test(path)) {
        findings.push({
          severity: 'error',
          path: `groups.${at}.virtiofs.${share}.path`,
          message: `a directory mapping takes no folder with ; , = ( or ) in its name, and ${path} has one`,
          fix: 'name the folder otherwise, or share it by plan9:',
        });
        return;
      }
      steps.set(tag, {
        id: `map ${tag}`,
        title: `map ${path} as ${tag} on ${nodes.join(', ')}`,
        verb: 'map-directory',
        args: {
          id: tag,
          paths: Object.fromEntries(nodes.map((node) => [node, path])),
          description: markOf(name),
        },
        needs: [],
        uses: {},
      });
    });
  });
  return { steps: [...steps.values()], findings };
}
