import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const KEY = 'consumer:token:secret';

interface Part {
  sha256: string;
  size: number;
  content: Buffer;
  complete: boolean;
}

interface Resource {
  id: number;
  name: string;
  title: string;
  architecture: string;
  base_image: string;
  sets: Record<string, Part[]>;
}

/** The part of a region controller that takes images, as its versions differ (MAAS' own sources, 3.4 to 3.8). */
export class FakeMaas {
  version: '3.4' | '3.6' | '3.8' = '3.6';
  /** Answers 503 to so many pieces. */
  busy = 0;
  /** Cuts the connection in the middle of the piece with this number. */
  cutAt = 0;
  /** Seconds that its clock is off. */
  clockOff = 0;
  /** Polls until a whole file is checked. */
  slow = 0;
  resources: Resource[] = [];
  readonly requests: string[] = [];
  /** Bytes of each piece. */
  readonly pieces: number[] = [];
  readonly fields: Record<string, string>[] = [];
  #server: Server | undefined;
  #nonces = new Set<string>();

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      // A client that gives up in the middle is gone.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/MAAS`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (!url.startsWith('/MAAS/api/2.0/')) return void send(200, '<!doctype html><title>MAAS</title>');
    const wrong = this.#unauthorised(request.headers.authorization ?? '');
    if (wrong) return void send(401, wrong);
    const upload = /\/boot-resources\/(\d+)\/upload\/(\d+)\/$/.exec(url);
    if (method === 'PUT' && upload) return this.#piece(request, response, { id: Number(upload[1]), send });
    const body = await bodyOf(request);
    if (method === 'POST' && url.endsWith('/boot-resources/')) {
      const form = await new Response(new Uint8Array(body), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      return void this.#register(
        Object.fromEntries([...form].map(([key, value]) => [key, String(value)])),
        send,
      );
    }
    const one = /\/boot-resources\/(\d+)\/$/.exec(url);
    if (one) {
      const found = this.resources.find(({ id }) => id === Number(one[1]));
      return void (found ? send(200, this.#shown(found)) : send(404, 'Not Found'));
    }
    if (url.endsWith('/boot-resources/?type=uploaded')) {
      return void send(
        200,
        this.resources.map(({ sets: _, ...rest }) => ({
          ...rest,
          name: `custom/${rest.name}`,
          type: 'Uploaded',
        })),
      );
    }
    send(404, 'Not Found');
  }

  #unauthorised(header: string): string | undefined {
    const of = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
    const right =
      of('oauth_consumer_key') === 'consumer' &&
      of('oauth_token') === 'token' &&
      of('oauth_signature') === '%26secret';
    if (!right || of('oauth_signature_method') !== 'PLAINTEXT')
      return 'Authorization Error: invalid signature';
    if (Math.abs(Date.now() / 1000 + this.clockOff - Number(of('oauth_timestamp'))) > 300)
      return 'Authorization Error: Expired timestamp';
    if (this.#nonces.has(of('oauth_nonce'))) return 'Authorization Error: Nonce already used';
    this.#nonces.add(of('oauth_nonce'));
    return undefined;
  }

  #register(fields: Record<string, string>, send: (status: number, body: unknown) => void): void {
    this.fields.push(fields);
    const { name = '', title = '', architecture = '', sha256 = '', size = '0', base_image = '' } = fields;
    let found = this.resources.find((one) => one.name === name && one.architecture === architecture);
    if (!found && !/^(ubuntu|centos|rhel)\//.test(base_image)) {
      send(400, { base_image: ['not supported'] });
      return;
    }
    if (!found) {
      found = { id: this.resources.length + 7, name, title, architecture, base_image, sets: {} };
      this.resources.push(found);
    }
    const known = Object.values(found.sets)
      .flat()
      .find((part) => part.sha256 === sha256);
    const complete = this.version === '3.4' && (known?.complete ?? false);
    const part = complete
      ? known!
      : { sha256, size: Number(size), content: Buffer.alloc(0), complete: false };
    found.sets[`2026010${Object.keys(found.sets).length + 1}`] = [part];
    send(201, this.#shown(found));
  }

  async #piece(
    request: IncomingMessage,
    response: ServerResponse,
    { id, send }: { id: number; send: (status: number, body: unknown) => void },
  ): Promise<void> {
    if (this.cutAt > 0 && this.pieces.length + 1 === this.cutAt) return void request.socket.destroy();
    const body = await bodyOf(request);
    if (this.busy > 0) {
      this.busy -= 1;
      return send(503, 'Service Unavailable');
    }
    const parts = Object.values(this.resources.find((one) => one.id === id)?.sets ?? {}).at(-1);
    const [part] = parts ?? [];
    if (!part) return void response.writeHead(404).end();
    if (part.complete) return send(400, 'Cannot upload to a complete file.');
    this.pieces.push(body.length);
    part.content = Buffer.concat([part.content, body]);
    if (part.content.length < part.size) return send(200, 'OK');
    if (createHash('sha256').update(part.content).digest('hex') !== part.sha256)
      return send(400, 'Saved content does not match given SHA256 value.');
    part.complete = true;
    send(200, 'OK');
  }

  #shown({ sets, ...rest }: Resource): object {
    const shown = Object.entries(sets).map(([version, parts]) => {
      const files = parts.map(({ sha256, size, complete }) => {
        const told = complete && this.slow-- <= 0;
        const link = told ? {} : { upload_uri: `/MAAS/api/2.0/boot-resources/${rest.id}/upload/1/` };
        return [
          'root-tgz',
          { filename: 'root-tgz', filetype: 'root-tgz', sha256, size, complete: told, ...link },
        ];
      });
      return [version, { version, label: 'uploaded', files: Object.fromEntries(files) }];
    });
    return { ...rest, type: 'Uploaded', sets: Object.fromEntries(shown) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
