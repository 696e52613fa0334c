import { Composer, type Document, Lexer, LineCounter, Parser, type YAMLError } from 'yaml';
import type { Issue } from '../errors.ts';

/** A file with answers, read already. */
export interface AnswerFile {
  /** As the user gave it; shown in issues, and where names of other files begin. */
  name: string;
  text: string;
}

export interface ParsedYaml {
  document: Document.Parsed;
  lines: LineCounter;
}

/** 1 MiB: some ten thousand guests. More is a mistake in the file name. */
const LARGEST = 1024 * 1024;
/** As 1 MiB of dense YAML has; beyond that the parser would need seconds just to refuse. */
const MOST_TOKENS = 250_000;
/** Brackets within brackets; the parser recurses. Ten are more than any answer needs. */
const DEEPEST_FLOW = 100;
/** The parser looks every alias up in all anchors. */
const MOST_ANCHORS = 1000;

/** Parses one file to one YAML document, or says in one issue why that cannot be. */
export function parseYaml(file: AnswerFile): { yaml?: ParsedYaml; issue?: Issue } {
  const lines = new LineCounter();
  const refuse = (message: string, offset = 0) => ({ issue: issueAt(file, { message, offset }, lines) });
  const unfit = unfitness(file.text);
  if (unfit) return refuse(unfit);

  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: true, version: '1.2' });
  const tokens = new Parser(lines.addNewLine).parse(file.text);
  let document: Document.Parsed | undefined;
  for (const next of composer.compose(tokens, false, file.text.length)) {
    if (document) {
      return refuse('a second YAML document begins here; give it as a file of its own', next.range[0]);
    }
    document = next;
    const [problem] = [...next.errors, ...next.warnings];
    // How deep the parser comes depends on the engine's stack, so that the place would say nothing.
    if (problem?.code === 'RESOURCE_EXHAUSTION') return refuse(TOO_DEEP);
    if (problem) return refuse(`is not YAML: ${reasonOf(problem)}`, problem.pos[0]);
  }
  if (!document?.contents) return refuse('is empty; an answer file begins with "version: 1"');
  return { yaml: { document, lines } };
}

/** Line and column of an offset are 1-based; an empty file's issue points at 1:1. */
export function issueAt(
  file: AnswerFile,
  {
    message,
    offset,
    ...rest
  }: { message: string; offset: number } & Partial<Pick<Issue, 'severity' | 'path'>>,
  lines: LineCounter,
): Issue {
  const { line, col } = lines.linePos(offset);
  return {
    message,
    severity: 'error',
    ...rest,
    file: file.name,
    line: Math.max(1, line),
    column: Math.max(1, col),
  };
}

function unfitness(text: string): string | undefined {
  if (text.length > LARGEST) return 'is larger than 1 MiB, which no answer file is';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells a binary file
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/.test(text)) return 'is not a text in UTF-8';
  let depth = 0;
  let count = 0;
  let anchors = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token.startsWith('&') || token.startsWith('*')) anchors += 1;
    if (depth > DEEPEST_FLOW) return TOO_DEEP;
    if (count > MOST_TOKENS) return 'holds more YAML than an answer file can need (over 250,000 tokens)';
    if (anchors > MOST_ANCHORS) return 'has over 1,000 anchors and aliases, which no answer file needs';
  }
  return undefined;
}

export const TOO_DEEP = 'is nested too deeply to be an answer file';

/** The parser's own sentences are kept where they say enough; these say what to do. */
function reasonOf(problem: YAMLError): string {
  switch (problem.code) {
    case 'TAB_AS_INDENT':
      return 'a line is indented with a tab; use spaces';
    case 'MISSING_CHAR':
      return problem.message.includes('quote')
        ? 'a quotation mark is not closed before here'
        : problem.message;
    case 'TAG_RESOLVE_FAILED':
      return `${problem.message}; answers need no tags`;
    case 'BAD_INDENT': {
      const bracket = /end with a ([\]}])/.exec(problem.message)?.[1];
      if (bracket) return `a "${bracket}" is missing before here`;
      return `${problem.message} (look at the spaces at the beginning of the line)`;
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'there are two ": " on one line; put the text into quotes, or begin a new line';
    default:
      return problem.message;
  }
}
