import type { Job } from '../../answers/load.ts';
import { type Section, sections } from '../../doctor/check.ts';
import { workflowById } from '../../workflows/all.ts';

/** The sections of the answers that the doctor knows: its checks say which of them they are for. */
export function wantedSections(jobs: readonly Job[]): Set<Section> {
  const names = jobs.map((job) => workflowById(job.workflow).section);
  return new Set(sections.filter((section) => names.includes(section)));
}
