/** The agent in a process of its own, as main starts it, so that a test can end it with -9. */
import { hostname } from 'node:os';
import { describeError } from '../../src/errors.ts';
import { keaCommand } from '../../src/kea/command.ts';

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
try {
  process.exitCode = await keaCommand(process.argv.slice(process.argv[2] === 'kea' ? 3 : 2), {
    variables: process.env,
    uid: process.getuid?.() ?? -1,
    pid: process.pid,
    machine: hostname(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stopping.signal,
    self: [process.execPath, import.meta.filename],
    kill(pid, signal) {
      try {
        return process.kill(pid, signal);
      } catch {
        return false;
      }
    },
  });
} catch (error) {
  process.stderr.write(`${describeError(error).join('\n')}\n`);
  process.exitCode = 1;
}
