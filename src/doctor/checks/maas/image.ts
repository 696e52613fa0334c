import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { isOn, jsonOf, rowsOf, textAt } from '../../understand.ts';
import { fail, lacking, listed, pass, skip } from '../../verdict.ts';

export const maasImage = defineCheck({
  id: 'MAAS-IMAGE',
  group: 'maas',
  title: 'An image of Proxmox VE is there and whole',
  looksAt: 'GET /MAAS/api/2.0/boot-resources/',
  why: 'A deployment with an image that is not registered, or only half uploaded, fails after the machine was started.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: (look) => look.maas('boot-resources/?type=uploaded'),
  judge({ status, body }, about) {
    if (status === 401 || status === 403) return skip('needs a valid API key');
    if (status !== 200) throw new Garbled('MAAS', body);
    const ours = rowsOf(jsonOf(body, 'MAAS'), 'MAAS').filter((row) =>
      /proxmox/i.test(`${textAt(row, 'name')} ${textAt(row, 'title')}`),
    );
    if (ours.length === 0)
      return lacking(about, 'MAAS has no uploaded image of Proxmox VE', {
        text: 'build and upload one',
        command: 'proxwright image build && proxwright image upload',
      });
    // 3.4 and later list `sets` only in the details; `complete` where they give it.
    const half = ours
      .filter((row) => row.complete !== undefined && !isOn(row, 'complete'))
      .map((row) => textAt(row, 'name'));
    if (half.length > 0)
      return fail(`${listed(half)} is not uploaded whole`, {
        text: 'upload it again; what is there is kept',
        command: 'proxwright image upload',
      });
    return pass(listed(ours.map((row) => textAt(row, 'name'))));
  },
});
