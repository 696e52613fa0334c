import { type JsonNode, JsonSyntaxError, parseJson } from '../go/json.ts';
import { parseSemver } from '../go/semver.ts';
import type { Findings, Path } from '../report.ts';
import { decodeIgnition } from '../schema/decode-json.ts';
import { structOf, textOrEmpty } from '../schema/value.ts';
import type { Variant } from '../schema/variants.ts';
import { SENTENCES } from '../sentences.ts';
import { findDuplicates } from './duplicates.ts';
import { checkIgnition } from './ignition.ts';
import { findUnusedKeys, type KeyTree } from './unused-keys.ts';

/**
 * Checks an Ignition config that a Butane config merges or replaces itself with. Its problems are added
 * with paths from its own root (which is how the real tool reports them); the result is what is to be said
 * about the place that holds it, if it is no config at all.
 */
export function checkInlineIgnition(
  json: string,
  variant: Variant,
  { path, findings }: { path: Path; findings: Findings },
): string | undefined {
  const node = parse(json, findings);
  if (!node) return SENTENCES.invalidIgnition;
  const { value, problem } = decodeIgnition(node, variant.root);
  if (problem !== undefined) {
    findings.error([], problem);
    return SENTENCES.invalidIgnition;
  }
  value.ignition ??= {};
  const version = parseSemver(textOrEmpty(structOf(value, 'ignition'), 'version'));
  if (version !== undefined && version !== variant.ignition) {
    findings.warn([...path, 'version'], SENTENCES.unknownIgnitionVersion);
    return undefined;
  }
  const config = { shape: variant.root, struct: value };
  checkIgnition(config, { findings, ignition: variant.ignition });
  findDuplicates(config, findings);
  findings.addAll(findUnusedKeys(jsonTree(node), { shape: variant.root, value, side: 'ignition' }));
  return undefined;
}

function parse(json: string, findings: Findings): JsonNode | undefined {
  try {
    return parseJson(json);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    findings.error([], error.message);
    return undefined;
  }
}

function jsonTree(node: JsonNode): KeyTree {
  return {
    keys: () => (node.kind === 'object' ? node.keys : undefined),
    child(part) {
      const child =
        node.kind === 'object'
          ? node.values[node.keys.lastIndexOf(String(part))]
          : node.kind === 'array'
            ? node.items[Number(part)]
            : undefined;
      return child && jsonTree(child);
    },
  };
}
