import type { Finding } from './run.ts';
import { summaryOf } from './run.ts';

/** `doctor --json`: scripts depend on this shape. */
export function reportJson(findings: readonly Finding[], version: string): string {
  const document = { version, summary: summaryOf(findings), findings };
  return `${JSON.stringify(document, null, 2)}\n`;
}
