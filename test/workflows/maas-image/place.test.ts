import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImageSpec } from '../../../src/maas-image/image-spec.ts';
import { lookAtPlace } from '../../../src/maas-image/place.ts';
import { maasImageAnswers } from '../../../src/workflows/maas-image/answers.ts';
import { imageFindings } from '../../../src/workflows/maas-image/findings.ts';
import { testEdges } from '../../maas-image/edges.ts';
import { emptyFacts } from '../../run/world.ts';
import { tool } from '../../system/environment.ts';

const { missing, name } = tool('mmdebstrap', 'mmdebstrap');

test.skipIf(missing || process.geteuid?.() !== 0)(
  `a folder that is not there: the answer to change is where the image goes${name}`,
  async () => {
    const folder = path.join(import.meta.dirname, 'nowhere');
    const answers = maasImageAnswers.parse({ output: `${folder}/x.tar.gz` });
    const place = await lookAtPlace(answers as ImageSpec, testEdges());
    const [finding] = imageFindings(answers, place, { facts: emptyFacts, path: 'maas_image' });
    expect(finding).toEqual({
      severity: 'error',
      message: `${folder}: the folder for the image is not there`,
      fix: `mkdir -p ${folder}`,
      path: 'maas_image.output',
    });
  },
);
