import type { Findings, Path } from '../report.ts';
import type { StructShape } from '../schema/shape.ts';
import type { Struct, Value } from '../schema/value.ts';

/** What a check of one struct gets. */
export interface CheckContext {
  struct: Struct;
  path: Path;
  findings: Findings;
  /** Minor version of the Ignition specification: 4 for 3.4.0. */
  minor: number;
}

export type Check = (context: CheckContext) => void;

/** Checks by the name of the struct that they look at. */
export type Checks = Readonly<Record<string, Check>>;

/** A check of one text in a list, by the list's item type. */
export type TextChecks = Readonly<Record<string, (text: string) => string | undefined>>;

export interface WalkOptions {
  checks: Checks;
  textChecks?: TextChecks;
  findings: Findings;
  minor: number;
  /** Which of the two languages' names and order. */
  side: 'butane' | 'ignition';
}

interface Walked {
  shape: StructShape;
  struct: Struct;
  path?: Path;
}

/** Visits each struct before its fields, in the order of the specification. */
export function walkChecks({ shape, struct, path = [] }: Walked, options: WalkOptions): void {
  const check = Object.hasOwn(options.checks, shape.name) ? options.checks[shape.name] : undefined;
  check?.({ struct, path, findings: options.findings, minor: options.minor });
  const ignition = options.side === 'ignition';
  for (const field of ignition ? shape.ignition : shape.fields) {
    const value = struct[field.name];
    if (value === undefined) continue;
    const name = ignition ? field.name : field.yaml;
    if (field.shape.kind === 'struct') {
      walkChecks({ shape: field.shape, struct: value as Struct, path: [...path, name] }, options);
    } else if (field.shape.kind === 'list') {
      const items = value as Value[];
      if (field.shape.item.kind === 'struct') {
        for (let i = 0; i < items.length; i++) {
          const inner = { shape: field.shape.item, struct: items[i] as Struct, path: [...path, name, i] };
          walkChecks(inner, options);
        }
      } else {
        const itemType = field.shape.item.type.replace(/^.*\./, '');
        const textCheck = options.textChecks?.[itemType];
        if (!textCheck) continue;
        for (let i = 0; i < items.length; i++) {
          options.findings.error([...path, name, i], textCheck(items[i] as string));
        }
      }
    }
  }
}
