import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { outputOf } from '../../understand.ts';
import { info, pass, warn } from '../../verdict.ts';

export const reboot = defineCheck({
  id: 'PVE-REBOOT',
  group: 'node',
  title: 'Running kernel is the newest installed',
  looksAt: 'uname -r, ls /boot, /etc/kernel/proxmox-boot-pin',
  why: 'Security updates of the kernel count only after a restart; and modules of the running kernel may be gone already.',
  needs: 'host',
  scope: 'node',
  read: async (look) => {
    const [running, boot, pinned] = await Promise.all([
      look.command('uname', '-r'),
      look.command('ls', '/boot'),
      look.file('/etc/kernel/proxmox-boot-pin'),
    ]);
    return { running: outputOf(running, 'uname -r'), boot: outputOf(boot, 'ls /boot'), pinned };
  },
  judge({ running: text, boot, pinned }) {
    const running = text.trim();
    if (!/^\d+\.\d+/.test(running)) throw new Garbled('uname -r', text);
    const kernels = boot.split(/\s+/).flatMap((name) => /^vmlinuz-(\d.*)$/.exec(name)?.[1] ?? []);
    if (kernels.length === 0) return info(`runs ${running}; /boot lists no kernel to compare it with`);
    const newest = kernels.toSorted(byVersion).at(-1) ?? running;
    if (!kernels.includes(running))
      return warn(`runs ${running}, which is not installed any more`, {
        text: 'restart the node when its guests may move or stop',
        command: 'reboot',
      });
    if (pinned?.trim() === running) return pass(`runs ${running}, to which it is pinned`);
    if (byVersion(running, newest) < 0)
      return info(`runs ${running}; ${newest} is installed and waits for a restart`, {
        text: 'restart the node when its guests may move or stop',
        command: 'reboot',
      });
    return pass(`runs ${running}`);
  },
});

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
