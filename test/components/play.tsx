/**
 * Shows the terminal UI with a fake session, to look at: bundle with esbuild, run in a terminal.
 * Arguments: `fail`, `slow`, `unreachable`, `plan-error`, `real`, `ascii`, `plain` (no colour), `reader`.
 */
import { startApp } from '../../components/start.tsx';
import { fakeSession } from './fake-session.ts';

const asked = new Set(process.argv.slice(2));
const hour = 3_600_000;
const last = await startApp(
  {
    session: fakeSession({
      kind: asked.has('real') ? 'ssh' : 'sandbox',
      pace: asked.has('slow') ? 300 : 60,
      fails: asked.has('fail'),
      planError: asked.has('plan-error'),
      unreachable: asked.has('unreachable') ? 2 : 0,
      runs: [
        {
          id: '01J8ZQ4D3E',
          title: 'edge cluster',
          target: 'sandbox',
          started: Date.now() - hour / 5,
          status: 'ok',
          done: 14,
          total: 15,
        },
        {
          id: '01J8ZP0000',
          title: 'web-1',
          target: 'sandbox',
          started: Date.now() - 30 * hour,
          status: 'failed',
          done: 2,
          total: 5,
        },
        {
          id: '01J8ZN0000',
          title: 'flatcar-stable template',
          target: 'sandbox',
          started: Date.now() - 90 * hour,
          status: 'interrupted',
          done: 0,
          total: 3,
        },
      ],
    }),
    terminal: {
      color: !asked.has('plain') && !process.env.NO_COLOR,
      ascii: asked.has('ascii'),
      screenReader: asked.has('reader'),
    },
  },
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
  },
);
console.log(last ? `last run: ${last.title} ${last.status}` : 'no run');
