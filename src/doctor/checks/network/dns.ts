import { defineCheck } from '../../check.ts';
import { Unseen } from '../../look.ts';
import { info, pass, skip, warn } from '../../verdict.ts';

/** Where every node fetches its updates from. */
const NAME = 'download.proxmox.com';

export const dns = defineCheck({
  id: 'NET-DNS',
  group: 'network',
  title: 'Names are resolved',
  looksAt: `getent ahosts ${NAME}`,
  why: 'Images, updates and the time come from servers that are known by name.',
  needs: 'host',
  scope: 'node',
  read: async (look) => {
    try {
      return await look.command('getent', 'ahosts', NAME);
    } catch (error) {
      // A name server that does not answer is what this check is for.
      if (error instanceof Unseen && error.reason === 'failed') return error.message;
      throw error;
    }
  },
  judge(seen, { wants }) {
    const fix = {
      text: 'look at /etc/resolv.conf and at the name server that it names',
      command: `getent ahosts ${NAME}`,
    };
    const told = (message: string) => (wants ? warn(message, fix) : info(message, fix));
    if (typeof seen === 'string') return warn(`no name server answered for ${NAME}`, fix);
    if (seen.exitCode === 127) return skip('getent is not installed');
    if (seen.exitCode === 0 && /^[0-9a-f.:]+\s/im.test(seen.stdout)) return pass(`${NAME} is found`);
    // A node may be cut off from the internet on purpose.
    return told(`${NAME} is not found; a node without internet needs images and updates from elsewhere`);
  },
});
