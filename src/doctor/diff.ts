/** Lines of a unified diff, without its head; `context` lines around each change. */
export function lineDiff(before: string, after: string, context = 2): string[] {
  const steps = editSteps(linesOf(before), linesOf(after));
  const near = steps.map((_, at) =>
    steps.slice(Math.max(0, at - context), at + context + 1).some(([sign]) => sign !== ' '),
  );
  return steps.flatMap(([sign, line], at) => {
    if (near[at]) return [`${sign}${line}`];
    return near[at - 1] ? ['…'] : [];
  });
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

type Step = readonly [' ' | '-' | '+', string];

/** By the longest common subsequence; the files are short ones. */
function editSteps(a: readonly string[], b: readonly string[]): Step[] {
  const length: number[][] = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (length[i] as number[])[j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push([' ', a[i] ?? '']);
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1)))
      steps.push(['-', a[i++] ?? '']);
    else steps.push(['+', b[j++] ?? '']);
  }
  return steps;
}
