import { resolve } from 'node:path';
import type { ImageEdges } from './edges.ts';
import { readImage } from './image-contents.ts';
import type { Finding } from './verify/finding.ts';
import { checkHooks } from './verify/hook-check.ts';
import { packageChecks } from './verify/package-checks.ts';
import { secretChecks } from './verify/secret-checks.ts';
import { systemChecks } from './verify/system-checks.ts';

/**
 * Checks a tarball in one pass, without root and without unpacking it: every check gives one finding.
 * Throws RunError where the file is no image at all.
 */
export async function verifyImage(
  file: string,
  edges: Pick<ImageEdges, 'start' | 'signal' | 'cwd' | 'progress'>,
): Promise<Finding[]> {
  let told = 0;
  const image = await readImage(resolve(edges.cwd, file), {
    ...edges,
    onRead(fraction) {
      if (fraction < 1 && fraction - told < 0.02) return;
      told = fraction;
      edges.progress({ type: 'phase', phase: 'checks', title: 'Reading the image', fraction });
    },
  });
  const checks = [...packageChecks, ...systemChecks, ...secretChecks];
  return [
    ...checks.map(({ id, title, run }) => ({ id, title, ...run(image) })),
    await checkHooks(image, edges),
  ];
}
