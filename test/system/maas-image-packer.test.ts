import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderEngine } from '../../src/maas-image/render.ts';
import { maasImageAnswers } from '../../src/workflows/maas-image/answers.ts';
import { testEdges } from '../maas-image/edges.ts';
import { missingFor } from './image-needs.ts';
import { inContainer } from './stand-in-container.ts';

const missing = missingFor(['ansible-playbook']);

/** packer itself is not in Debian; what it hands to ansible is run here, with a recipe that is done at once. */
describe.skipIf(missing !== undefined)(
  `the playbook of the packer engine${missing ? ` (${missing})` : ''}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'image-packer-'));
      const answers = maasImageAnswers.parse({ engine: 'packer', proxmox: 'none' });
      await renderEngine(answers, path.join(folder, 'rendered'), testEdges());
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('is one that ansible understands', () => {
      const out = execFileSync('ansible-playbook', ['--syntax-check', '-i', 'localhost,', 'playbook.yml'], {
        cwd: path.join(folder, 'rendered'),
        encoding: 'utf8',
      });
      expect(out).toContain('playbook: playbook.yml');
    });

    test('brings the recipe in and the three results out, with the time that was asked for', {
      timeout: 300_000,
    }, async () => {
      const bin = path.join(folder, 'bin');
      mkdirSync(bin);
      mkdirSync(path.join(folder, 'out'));
      tool(path.join(bin, 'cloud-init'), '[ "$*" = "status --wait" ] && exit 2');
      tool(
        path.join(folder, 'rendered/recipe/build'),
        '[ -x /recipe/command ] || exit 9\nfor name in tar.gz manifest.json log; do echo "$SOURCE_DATE_EPOCH $1" > "/var/tmp/image.$name"; done',
      );
      const extra = JSON.stringify({ output: '/out/node.tar.gz', source_date_epoch: '1700000000' });
      const { code, output } = await inContainer(
        `export PATH="/stubs:$PATH" HOME=/root
      cd /rendered && ansible-playbook -i localhost, -c local --extra-vars '${extra}' playbook.yml`,
        {
          folder,
          mounts: {
            [bin]: '/stubs',
            [path.join(folder, 'rendered')]: '/rendered',
            [path.join(folder, 'out')]: '/out',
          },
        },
      );
      expect(output).toMatch(/failed=0/);
      expect(code).toBe(0);
      for (const name of ['node.tar.gz', 'node.manifest.json', 'node.log'])
        expect(readFileSync(path.join(folder, 'out', name), 'utf8')).toBe(
          '1700000000 /var/tmp/image.tar.gz\n',
        );
    });
  },
);

function tool(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
