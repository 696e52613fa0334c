import type { Facts } from '../../facts/facts.ts';
import { hasProxmox } from '../../maas-image/image-spec.ts';
import type { ImagePlace } from '../../maas-image/place.ts';
import { previousName, roomFor } from '../../maas-image/room.ts';
import type { Finding } from '../../plan/step.ts';
import { sameImage } from '../../steps/local-image.ts';
import type { MaasImageAnswers } from './answers.ts';

/** What the reader of an image's plan should know: where it is built, how long it takes, what room it needs. */
export function imageFindings(
  answers: MaasImageAnswers,
  place: ImagePlace,
  { facts, path }: { facts: Facts; path: string },
): Finding[] {
  const { found, output, recipe, problem } = place;
  if (sameImage(facts.here, { output, recipe })) return [];
  const findings: Finding[] = [];
  const add = (severity: Finding['severity'], message: string, more: Partial<Finding> = {}): void =>
    void findings.push({ severity, message, ...more });
  if (problem)
    add('error', problem.message, {
      path: `${path}.${problem.answer ?? 'engine'}`,
      ...(problem.fix ? { fix: problem.fix } : {}),
    });
  if (found && !found.ours) {
    add('error', `${place.output} is there already, and has no manifest of ours`, {
      path: `${path}.output`,
      fix: 'move it away, or give another name',
    });
  }
  const { machine } = facts.here ?? { machine: 'this machine' };
  const practice =
    facts.target.kind === 'sandbox' ? '; it becomes a real image, although the cluster is for practice' : '';
  add('info', `the image is built on this machine (${machine}), and no node is touched${practice}`);
  add('info', timeText(answers, place));
  add('info', roomText(answers, place));
  if (found?.ours) {
    const built = new Date(found.built).toISOString().slice(0, 10);
    add(
      'info',
      `the image of ${built} that is there has another recipe: it is kept as ${previousName(place.output)}`,
    );
  }
  if (!hasProxmox(answers)) add('info', 'plain Debian: Proxmox VE is not in it');
  return findings;
}

/** Minutes on two cores with a fast mirror; plain Debian by the native engine was measured, the rest is scaled. */
const MINUTES = {
  native: { plain: 1, proxmox: 4 },
  docker: { plain: 3, proxmox: 6 },
  packer: { plain: 8, proxmox: 12 },
} as const;

function timeText({ engine, proxmox }: MaasImageAnswers, { found }: ImagePlace): string {
  if (found?.times && found.engine === engine)
    return `takes about ${spoken(found.times.seconds)}, as the last build here did`;
  const minutes = MINUTES[engine][hasProxmox({ proxmox }) ? 'proxmox' : 'plain'];
  return `takes about ${minutes} min on two cores with a fast mirror; downloads count most`;
}

function roomText(answers: MaasImageAnswers, { work, folder }: ImagePlace): string {
  const { building, tarball } = roomFor(answers);
  return `needs ${gigabytes(building)} in ${work.folder} (${gigabytes(work.free)} free) while it is built, and ${gigabytes(tarball)} in ${folder.folder} (${gigabytes(folder.free)} free)`;
}

function spoken(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${Math.round(seconds)} s` : `${minutes} min ${Math.round(seconds % 60)} s`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
