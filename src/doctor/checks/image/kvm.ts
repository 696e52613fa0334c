import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { info, pass } from '../../verdict.ts';

export const imageKvm = defineCheck({
  id: 'IMG-KVM',
  group: 'image building',
  title: 'KVM may be used',
  looksAt: '/dev/kvm: there, readable, writable, its group',
  why: 'With KVM a trial boot takes seconds; without it minutes, and Packer builds for an hour.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) => ({
    stat: await look.command('stat', '-c', '%a %G', '/dev/kvm'),
    read: (await look.command('test', '-r', '/dev/kvm')).exitCode,
    write: (await look.command('test', '-w', '/dev/kvm')).exitCode,
    groups: (await look.command('id', '-Gn')).stdout,
  }),
  judge({ stat, read, write, groups }) {
    if (stat.exitCode !== 0)
      return info('there is no /dev/kvm: a trial boot is emulated, and slow', {
        text: 'switch virtualisation on in the firmware, or nested virtualisation on the host of this guest',
        command: 'modprobe kvm_intel || modprobe kvm_amd',
      });
    const group = /^[0-7]{3,4} (\S+)$/.exec(stat.stdout.trim())?.[1];
    if (group === undefined) throw new Garbled('stat /dev/kvm', stat.stdout);
    if (read === 0 && write === 0) return pass(`group ${group}`);
    const member = groups.trim().split(/\s+/).includes(group);
    return info(
      `/dev/kvm is there, but you may not use it`,
      member
        ? { text: `its mode does not let group ${group} in`, command: 'chmod 660 /dev/kvm' }
        : { text: `join group ${group}, and log in again`, command: `sudo usermod -aG ${group} "$USER"` },
    );
  },
});
