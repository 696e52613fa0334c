import { Document, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Workflow } from '../../workflows/workflow.ts';
import { writeAnswers } from '../write.ts';
import type { Draft } from './draft.ts';
import { clusterAnswersOf, type Imported } from './imported.ts';

/** The answer file, with a comment at its place for each thing that has no counterpart. */
export function printImported(imported: Imported, clusters: Workflow): string {
  const document = parseDocument(writeAnswers(imported.clusters.map(clusterAnswersOf), clusters));
  document.commentBefore = comment([
    `Made from ${imported.from}. To see what it would do: proxwright plan THIS-FILE`,
    'Names of files are as seen from the folder in which this was made.',
    'Behind "#": what has no counterpart here, or could not be copied, and why.',
    ...imported.remarks,
  ]);
  const root = document.contents;
  const items = document.get(clusters.section);
  if (isMap(root) && isSeq(items)) {
    const section = root.items.find((pair) => isScalar(pair.key) && pair.key.value === clusters.section);
    if (isScalar(section?.key) && imported.target.length > 0) {
      section.key.commentBefore = comment(imported.target);
    }
    imported.clusters.forEach((cluster, at) => {
      annotate(items.items[at], cluster);
      const groups = document.getIn([clusters.section, at, 'groups']);
      if (!isSeq(groups)) return;
      cluster.groups.forEach((group, which) => {
        annotate(groups.items[which], group);
      });
    });
  }
  return document.toString({ lineWidth: 0 });
}

/** Nobody reads more, and answer files have a largest size. */
const MOST_REMARKS = 200;

function annotate(node: unknown, { remarks, later }: Draft): void {
  if (!isMap(node)) return;
  const more = remarks.length - MOST_REMARKS;
  if (remarks.length > 0) {
    node.commentBefore = comment([
      ...remarks.slice(0, MOST_REMARKS),
      ...(more > 0 ? [`${more} more of this kind`] : []),
    ]);
  }
  const keys = Object.entries(later);
  if (keys.length === 0) return;
  node.flow = false;
  const lines = keys.map(([key, value]) => flowLine(key, value));
  // Behind the last key, and as far in as the keys: there it can be uncommented.
  node.comment = comment([...lines, 'the above: not known to this version']);
}

function flowLine(key: string, value: unknown): string {
  const document = new Document({ [key]: value });
  visit(document, {
    Collection(_, node, ancestors) {
      if (ancestors.length > 1) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trim().replaceAll(/\n\s*/g, ' ');
}

function comment(lines: readonly string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a comment ends with its line
  return lines.map((line) => ` ${line.replaceAll(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, ' ')}`).join('\n');
}
