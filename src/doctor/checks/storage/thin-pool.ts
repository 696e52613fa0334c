import { defineCheck, type Verdict } from '../../check.ts';
import { jsonOf, numberAt, outputOf, rowOf, rowsOf, textAt } from '../../understand.ts';
import { fail, orPass, skip, warn } from '../../verdict.ts';

export const thinPool = defineCheck({
  id: 'STO-THIN-POOL',
  group: 'storage',
  title: 'Thin pools have room, for metadata too',
  looksAt: 'lvs',
  why: 'A thin pool whose data or metadata is full goes read-only, with the disks of all guests on it; metadata is repaired by hand.',
  needs: 'host',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-pvesm.html#storage_lvmthin',
  read: async (look) => {
    const said = await look.command(
      'lvs',
      '--reportformat',
      'json',
      '-o',
      'vg_name,lv_name,lv_attr,data_percent,metadata_percent',
    );
    // A node on ZFS may have no LVM at all.
    return said.exitCode === 127 ? undefined : outputOf(said, 'lvs');
  },
  judge(text) {
    if (text === undefined) return skip('there is no LVM');
    const reports = rowsOf(rowOf(jsonOf(text, 'lvs'), 'lvs').report, 'lvs');
    const pools = reports
      .flatMap((report) => rowsOf(report.lv, 'lvs'))
      .filter((row) => textAt(row, 'lv_attr').startsWith('t'));
    if (pools.length === 0) return skip('there is no thin pool');
    const verdicts = pools.flatMap((row): Verdict[] => {
      const name = `${textAt(row, 'vg_name')}/${textAt(row, 'lv_name')}`;
      const parts = [
        {
          what: 'data',
          percent: numberAt(row, 'data_percent') ?? 0,
          fix: { text: 'remove disks, or give the pool more', command: `lvextend -L +10G ${name}` },
        },
        {
          what: 'metadata',
          percent: numberAt(row, 'metadata_percent') ?? 0,
          fix: { text: 'give its metadata more', command: `lvextend --poolmetadatasize +1G ${name}` },
        },
      ];
      return parts.flatMap(({ what, percent, fix }) => {
        if (percent < 85) return [];
        const say = percent >= 95 ? fail : warn;
        return [say(`${percent.toFixed(0)} % of the ${what} of thin pool ${name} are in use`, fix)];
      });
    });
    return orPass(
      verdicts,
      pools.map((row) => `${textAt(row, 'lv_name')} ${textAt(row, 'data_percent')} %`).join(', '),
    );
  },
});
