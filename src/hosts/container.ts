import { octal, temporaryName } from './file-mode.ts';
import type { Host } from './host.ts';
import { type RunCommand, remoteHost, whole } from './remote.ts';

/** The inside of a running container as a host of its own, through `pct exec` on its node. */
export function containerHost(host: Host, vmid: number): Host {
  const run: RunCommand = async (argv, { repeatable: _, ...options }) => {
    const done = await host.run(['pct', 'exec', String(vmid), '--', ...argv], options);
    return { ...done, stdout: Buffer.from(done.stdout), stderr: Buffer.from(done.stderr) };
  };
  return {
    ...remoteHost(host.node, run),
    async write(path, content, { mode }) {
      const temporary = temporaryName(path);
      // Where the node is this machine, standard input is a socket, which cannot be opened as /dev/stdin.
      await whole(host.node, run, ['install', '-D', '-m', octal(mode), '/dev/null', temporary]);
      await whole(host.node, run, ['dd', `of=${temporary}`, 'status=none'], { input: content });
      await whole(host.node, run, ['mv', '-f', '-T', '--', temporary, path]);
    },
  };
}
