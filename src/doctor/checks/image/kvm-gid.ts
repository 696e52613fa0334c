import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { info, pass, skip } from '../../verdict.ts';

export const imageKvmGid = defineCheck({
  id: 'IMG-KVM-GID',
  group: 'image building',
  title: 'KVM_GID is the group of /dev/kvm',
  looksAt: 'stat /dev/kvm, KVM_GID of the environment',
  why: 'Within a container the group of /dev/kvm is a number alone: with the wrong one engine: docker builds without KVM.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) => ({
    stat: await look.command('stat', '-c', '%g', '/dev/kvm'),
    given: (await look.command('printenv', 'KVM_GID')).stdout.trim(),
  }),
  judge({ stat, given }) {
    if (stat.exitCode !== 0) return skip('there is no /dev/kvm');
    const gid = stat.stdout.trim();
    if (!/^\d+$/.test(gid)) throw new Garbled('stat /dev/kvm', stat.stdout);
    if (given === '' || given === gid) return pass(given === '' ? `${gid}, found by itself` : gid);
    return info(`KVM_GID is ${given}, but /dev/kvm belongs to group ${gid}`, {
      text: 'set it right, or leave it out',
      command: `export KVM_GID=${gid}`,
    });
  },
});
