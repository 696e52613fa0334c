import type { Answers } from '../session.ts';

/** `edge.yaml`: the file is named after what its answers make, where that has a name that files may have. */
export function suggestedFile(workflow: string, { name }: Answers): string {
  return `${typeof name === 'string' && /^\w[\w.-]*$/.test(name) ? name : workflow}.yaml`;
}
