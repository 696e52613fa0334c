import { z } from 'zod';
import type { Section } from '../workflows/workflow.ts';
import { metaOf } from './meta.ts';
import { targetAnswers, versionAnswer } from './target.ts';

/** The schema of a whole answer file: `version`, `target`, and a section for each workflow. */
export function wholeSchema(workflows: readonly Section[]): z.ZodObject {
  const sections = workflows.map(
    (workflow) => [workflow.section, sectionSchema(workflow).optional()] as const,
  );
  return z.strictObject({
    version: versionAnswer,
    target: targetAnswers.optional(),
    ...Object.fromEntries(sections),
  });
}

function sectionSchema(workflow: Section): z.ZodType {
  const meta = { label: workflow.title, help: workflow.summary };
  if (workflow.many) return z.array(workflow.answers).meta(meta);
  return workflow.answers.meta({ ...metaOf(workflow.answers), ...meta });
}
