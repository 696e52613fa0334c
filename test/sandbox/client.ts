import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

export interface Answer {
  status: number;
  reason: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // What comes back is looked into by the tests, each knowing its shape.
  body: { data: unknown; errors?: Record<string, string>; message?: string; total?: number };
}

export interface Sent {
  params?: Record<string, unknown> | null;
  headers?: Record<string, string>;
  body?: Buffer;
  agent?: Agent;
}

/** An HTTP client that hides nothing: each answer with its reason and headers. */
export class Client {
  readonly sandbox: Sandbox;
  readonly agent: Agent;
  headers: Record<string, string>;

  constructor(sandbox: Sandbox, headers: Record<string, string> = {}) {
    this.sandbox = sandbox;
    this.headers = headers;
    this.agent = new Agent({ keepAlive: true, ca: sandbox.certificate });
  }

  static async root(sandbox: Sandbox): Promise<Client> {
    const client = new Client(sandbox);
    const params = { username: 'root@pam', password: 'sandbox' };
    const { data } = (await client.send('POST', '/access/ticket', { params })).body;
    const { ticket, CSRFPreventionToken } = data as { ticket: string; CSRFPreventionToken: string };
    client.headers = { Cookie: `PVEAuthCookie=${ticket}`, CSRFPreventionToken };
    return client;
  }

  static token(sandbox: Sandbox, token: string): Client {
    return new Client(sandbox, { Authorization: `PVEAPIToken=${token}` });
  }

  send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const form = sent.params ? encodeForm(sent.params) : '';
    const inQuery = method === 'GET' || method === 'DELETE';
    const body = sent.body ?? (inQuery || form === '' ? undefined : Buffer.from(form));
    const whole = `${path.startsWith('/sandbox') ? '' : '/api2/json'}${path}${inQuery && form !== '' ? `?${form}` : ''}`;
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.sandbox.port,
          method,
          path: whole,
          agent: sent.agent ?? this.agent,
          headers: {
            ...this.headers,
            ...(body
              ? { 'Content-Length': String(body.length), 'Content-Type': 'application/x-www-form-urlencoded' }
              : {}),
            ...sent.headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              reason: response.statusMessage ?? '',
              headers: response.headers,
              text,
              body: /^[{[]/.test(text) ? JSON.parse(text) : { data: undefined },
            });
          });
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  }

  /** The answer's data; throws when it is no success. */
  async data<T>(method: string, path: string, params?: Record<string, unknown>): Promise<T> {
    const answer = await this.send(method, path, params ? { params } : {});
    if (answer.status !== 200)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.reason} ${answer.text}`);
    return answer.body.data as T;
  }

  /** Waits for a task and returns how it ended, with its log. */
  async task(
    upid: string,
  ): Promise<{ exitstatus: string; type: string; id: string; user: string; status: string; log: string[] }> {
    const node = upid.split(':')[1];
    for (;;) {
      const path = `/nodes/${node}/tasks/${encodeURIComponent(upid)}`;
      const status = await this.data<{
        status: string;
        exitstatus: string;
        type: string;
        id: string;
        user: string;
      }>('GET', `${path}/status`);
      if (status.status === 'stopped') {
        const log = await this.data<{ n: number; t: string }[]>('GET', `${path}/log`, { limit: 1000 });
        return { ...status, log: log.map((line) => line.t) };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Sends what starts a task and waits for its end. */
  async run(method: string, path: string, params?: Record<string, unknown>) {
    return this.task(await this.data<string>(method, path, params));
  }

  close(): void {
    this.agent.destroy();
  }
}

export function encodeForm(params: Record<string, unknown>): string {
  return Object.entries(params)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`,
      ),
    )
    .join('&');
}

/** A sandbox in a folder of its own, and how to take both away. */
export async function temporarySandbox(
  options: Omit<SandboxOptions, 'stateDir'> = {},
): Promise<{ sandbox: Sandbox; stateDir: string; remove: () => Promise<void> }> {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  const sandbox = await startSandbox({ stateDir, speed: 50, ...options });
  const remove = async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true, force: true });
  };
  return { sandbox, stateDir, remove };
}

/** A multipart/form-data body with one file. */
export function multipart(
  fields: Record<string, string>,
  file: { filename: string; data: Buffer },
): { body: Buffer; headers: Record<string, string> } {
  const boundary = '----sandbox-test-boundary';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${file.filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(parts.join('') + head),
    file.data,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { body, headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
}
