/** A YAML failure; the message is the one that yaml.v3 gives, `yaml: ` included. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly problem: string;

  constructor(problem: string, introduce: (message: string) => string = (message) => message) {
    super(introduce(`yaml: ${problem}`));
    this.problem = problem;
  }
}

/**
 * A failure found while reading characters. yaml.v3 names the line of the surrounding construct, counts it
 * from 1, and names none at all when both are the first line.
 */
export function scanError(problem: string, contextLine: number, problemLine: number): YamlError {
  const line = contextLine || problemLine;
  return new YamlError(line === 0 ? problem : `line ${line + 1}: ${problem}`);
}

/** A failure found while putting tokens together: like scanError, but yaml.v3 counts these lines from 0. */
export function parseError(problem: string, contextLine: number, problemLine: number): YamlError {
  const line = contextLine || problemLine;
  return new YamlError(line === 0 ? problem : `line ${line}: ${problem}`);
}
