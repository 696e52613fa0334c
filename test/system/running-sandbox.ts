import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';

/** Speaks to the practice cluster that the binary runs for a home: breaks it, and runs commands on its nodes. */
export interface RunningSandbox {
  /** What is so instead of what a healthy one says; instead of all before. */
  condition(value: Record<string, unknown>): Promise<void>;
  /** Standard output of a command on a node, which must succeed. */
  command(node: string, argv: readonly string[], input?: string): Promise<string>;
  /** What goes wrong on its API, as a list of rules. */
  faults(rules: readonly Record<string, unknown>[]): Promise<void>;
}

/** The sandbox must have been started: what it is reached by stands in its state folder. */
export function runningSandbox(home: string): RunningSandbox {
  const folder = path.join(home, 'state/proxwright/sandbox');
  const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const { port } = read('server.json') as { port: number };
  const { hostSecret } = read('secrets.json') as { hostSecret: string };
  const send = (method: string, where: string, body: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'x-sandbox-secret': hostSecret };
      // On loopback, by a port that only this home's sandbox has.
      const options = { host: '127.0.0.1', port, method, path: where, headers, rejectUnauthorized: false };
      const outgoing = request(options, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () => {
          if (incoming.statusCode === 200) resolve(JSON.parse(text).data);
          else reject(new Error(`${method} ${where}: ${incoming.statusCode} ${text}`));
        });
      });
      outgoing.on('error', reject).end(JSON.stringify(body));
    });
  return {
    condition: async (value) => void (await send('PUT', '/sandbox/condition', value)),
    faults: async (rules) => void (await send('POST', '/sandbox/faults', { faults: rules })),
    async command(node, argv, input = '') {
      const stdin = Buffer.from(input).toString('base64');
      const said = await send('POST', `/sandbox/host/${node}/exec`, { argv, stdin });
      const { exitCode, stdout } = said as { exitCode: number; stdout: string };
      if (exitCode !== 0) throw new Error(`${argv.join(' ')} on ${node}: exit code ${exitCode}`);
      return Buffer.from(stdout, 'base64').toString('utf8');
    },
  };
}
