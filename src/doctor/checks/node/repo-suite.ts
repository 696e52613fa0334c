import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { isDebian, isProxmox, isPve, repositoriesOf } from '../../read/repositories.ts';
import { rowOf, textAt } from '../../understand.ts';
import { fail, listed, pass } from '../../verdict.ts';

/** Proxmox VE 8 is built on Debian 12, 9 on Debian 13. */
const SUITES: Readonly<Record<string, string>> = { 8: 'bookworm', 9: 'trixie' };
const NAMES = /^(buster|bullseye|bookworm|trixie|forky|stable|testing|sid|unstable)(?=-|\/|$)/;

export const repoSuite = defineCheck({
  id: 'PVE-REPO-SUITE',
  group: 'node',
  title: 'Repositories are of the right release',
  looksAt: 'GET /nodes/{node}/apt/repositories, GET /nodes/{node}/version',
  why: 'Packages of another Debian release replace those that Proxmox VE needs: the next upgrade removes it.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Package_Repositories',
  read: async (look) => ({
    repositories: await look.get('/nodes/{node}/apt/repositories'),
    version: await look.get('/nodes/{node}/version'),
  }),
  judge({ repositories, version }) {
    const major = textAt(rowOf(version, 'the version'), 'version').split('.')[0] ?? '';
    const right = SUITES[major];
    if (right === undefined) throw new Garbled('the version', version);
    const wrong = repositoriesOf(repositories).repositories.filter(
      (one) =>
        one.enabled &&
        one.suites.some((suite) => {
          const name = NAMES.exec(suite)?.[1];
          // Foreign repositories name their suites as they like.
          return name !== undefined && name !== right && (isProxmox(one) || isPve(one) || isDebian(one));
        }),
    );
    if (wrong.length === 0) return pass(`all are ${right}`);
    const each = wrong.map((one) => `${one.path} has ${one.suites.join(' ')}`);
    return fail(`Proxmox VE ${major} needs ${right}: ${listed([...new Set(each)])}`, {
      text: `put ${right} in those files; to go to the next release, follow its own guide first`,
      command: `grep -rnwE '${[...new Set(wrong.flatMap((one) => one.suites))].join('|')}' /etc/apt/sources.list*`,
    });
  },
});
