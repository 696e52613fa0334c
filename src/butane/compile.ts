import { byteLength, textFromBytes } from './byte-text.ts';
import { findUnusedKeys, type KeyTree } from './check/unused-keys.ts';
import type { FilesDir } from './files-dir.ts';
import { parseSemver } from './go/semver.ts';
import { renderReport } from './render.ts';
import { Findings, locate, type ReportEntry } from './report.ts';
import { decodeYaml } from './schema/decode-yaml.ts';
import { hasBigInteger, plainIgnition, writeJson } from './schema/encode.ts';
import { field, plainText, struct } from './schema/shape.ts';
import { type Struct, textOrEmpty } from './schema/value.ts';
import { findVariant, type Variant } from './schema/variants.ts';
import {
  configTooLarge,
  SENTENCES,
  STRICT_FAILED,
  TOO_DEEP,
  translationFailed,
  unknownVersion,
  unmarshalFailed,
} from './sentences.ts';
import { toIgnition } from './to-ignition.ts';
import { composeYaml } from './yaml/compose.ts';
import { YamlError } from './yaml/error.ts';
import { childOf, type YamlNode } from './yaml/node.ts';

export interface CompileOptions {
  /** Where local files and trees come from; without it they are errors. */
  filesDir?: FilesDir;
  /** Any entry in the report fails the run. */
  strict?: boolean;
  /** Indented JSON. */
  pretty?: boolean;
  /** One line per entry instead of the source around it. */
  rawErrors?: boolean;
  /** The source's name in reports. */
  fileName?: string;
  color?: false;
}

export interface CompileResult {
  /** Ignition JSON with its final line break; absent when the config cannot be used. */
  output?: string;
  /** The same as a JSON value; integers beyond 2^53 are rounded in it. */
  ignition?: unknown;
  /** Its Ignition version, such as `3.4.0`. */
  spec?: string;
  entries: ReportEntry[];
  /** What the real tool prints on stderr. Bytes that are no text stand as lone surrogates (byte-text.ts). */
  report: string;
  exitCode: 0 | 1;
}

/** Compiles a Butane config to Ignition. Never throws for what is in the config. */
export function compile(source: Uint8Array | string, options: CompileOptions = {}): CompileResult {
  const size = typeof source === 'string' ? byteLength(source) : source.length;
  if (size > LARGEST_CONFIG) return failed(configTooLarge(size, LARGEST_CONFIG));
  try {
    return compileDocument(source, options);
  } catch (error) {
    if (error instanceof YamlError) return failed(error.message);
    // Merge keys that lead from map to map, a hundred thousand times.
    if (error instanceof RangeError) return failed(TOO_DEEP);
    throw error;
  }
}

/** Far above what any transport takes; beyond it compiling would only cost memory and minutes. */
export const LARGEST_CONFIG = 16 * 1024 * 1024;

/** Throws YamlError for a document that cannot be read or does not fit the variant. */
function compileDocument(source: Uint8Array | string, options: CompileOptions): CompileResult {
  const { root, variant, problem: headerProblem } = readHeader(source);
  if (!root || !variant) return failed(headerProblem);
  const findings = new Findings();
  const config = decodeYaml(root, variant.root);
  findings.addAll(findUnusedKeys(yamlTree(root), { shape: variant.root, value: config, side: 'butane' }));
  const { ignition, problem } = toIgnition({
    variant,
    source: config,
    filesDir: options.filesDir,
    findings,
  });
  const { entries, report } = tell(findings, { root, source, options });
  if (problem !== undefined) return failed(problem, entries, report);
  const value = plainIgnition(variant.root, ignition);
  const strictFailure = options.strict === true && entries.length > 0;
  const output = `${writeJson(value, options.pretty === true)}\n`;
  return {
    output,
    ignition: hasBigInteger(value) ? JSON.parse(output) : value,
    spec: variant.ignition,
    entries,
    report: strictFailure ? `${report}${STRICT_FAILED}\n` : report,
    exitCode: strictFailure ? 1 : 0,
  };
}

function tell(
  findings: Findings,
  { root, source, options }: { root: YamlNode; source: Uint8Array | string; options: CompileOptions },
): { entries: ReportEntry[]; report: string } {
  if (findings.list.length === 0) return { entries: [], report: '' };
  const lines = (typeof source === 'string' ? source : textFromBytes(source)).split('\n');
  const entries = locate(findings.list, root, lines);
  const fileName = options.fileName ?? '<stdin>';
  return { entries, report: renderReport(entries, { lines, fileName, classic: options.rawErrors === true }) };
}

function failed(problem: string, entries: ReportEntry[] = [], report = ''): CompileResult {
  return { entries, report: `${report}${translationFailed(problem)}\n`, exitCode: 1 };
}

/** The two fields that every config has, whatever its variant. */
const HEADER = struct('config.commonFields', [field('version', plainText), field('variant', plainText)]);

interface Header {
  root?: YamlNode;
  variant?: Variant;
  /** Why there is no variant. */
  problem: string;
}

function readHeader(source: Uint8Array | string): Header {
  const { root, header } = readCommonFields(source);
  const name = textOrEmpty(header, 'variant');
  if (!root || name === '') return { problem: SENTENCES.noVariant };
  const version = parseSemver(textOrEmpty(header, 'version'));
  if (version === undefined) return { problem: SENTENCES.badVersion };
  if (name === 'rhcos' && version === '0.1.0') return { problem: SENTENCES.rhcosRemoved };
  const variant = findVariant(name, version);
  const problem = unknownVersion(name, version);
  return variant ? { root, variant, problem } : { problem };
}

/** What fails here is said to be YAML that cannot be read; what fails later is not. */
function readCommonFields(source: Uint8Array | string): { root?: YamlNode; header: Struct } {
  try {
    const root = composeYaml(source);
    return root ? { root, header: decodeYaml(root, HEADER) } : { header: {} };
  } catch (error) {
    if (error instanceof YamlError) throw new YamlError(error.problem, unmarshalFailed);
    throw error;
  }
}

function yamlTree(node: YamlNode): KeyTree {
  return {
    keys: () =>
      node.kind === 'map' ? node.items.filter((_, i) => i % 2 === 0).map((key) => key.value) : undefined,
    child(part) {
      const child = childOf(node, part);
      return child && yamlTree(child);
    },
  };
}
