import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Page {
  /** What the console, the network and the browser complained of so far. */
  complaints: readonly string[];
  /** The window's size in CSS pixels, and what the reader prefers. */
  look(wish: { width: number; scheme: 'light' | 'dark' }): Promise<void>;
  /** The value of an expression, as JSON takes it. */
  evaluate<Value>(expression: string): Promise<Value>;
  close(): Promise<void>;
}

/** Opens a local page in a headless Chromium of its own, spoken to by its DevTools protocol. */
export async function openPage(file: string): Promise<Page> {
  const profile = mkdtempSync(path.join(tmpdir(), 'proxwright-chromium-'));
  const browser = spawn(
    'chromium',
    [
      '--headless=new',
      // Its sandbox refuses root, and a container may have no /dev/shm to speak of.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()));
  // Told by its stderr, which closes then.
  browser.once('error', () => {});
  const close = async (): Promise<void> => {
    // With all its helpers: they are a group of their own.
    if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await addressOf(browser.stderr);
    const { port } = new URL(address);
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ type }) => type === 'page');
    if (!target) throw new Error('Chromium has no page');
    const line = await connect(target.webSocketDebuggerUrl);
    const complaints = complaintsOf(line);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await line.send(`${domain}.enable`);
    const loaded = line.once('Page.loadEventFired');
    await line.send('Page.navigate', { url: pathToFileURL(file).href });
    await loaded;
    return {
      complaints,
      async look({ width, scheme }) {
        const size = { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 };
        await line.send('Emulation.setDeviceMetricsOverride', size);
        const features = [{ name: 'prefers-color-scheme', value: scheme }];
        await line.send('Emulation.setEmulatedMedia', { features });
      },
      async evaluate<Value>(expression: string): Promise<Value> {
        const { result, exceptionDetails } = await line.send('Runtime.evaluate', {
          expression,
          returnByValue: true,
          awaitPromise: true,
        });
        if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value: Value }).value;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr.on('data', (part: Buffer) => {
      said += part.toString();
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    stderr.on('close', () => reject(new Error(`Chromium ended: ${said.slice(-400)}`)));
  });
}

type Message = Record<string, unknown>;

interface Line {
  send(method: string, params?: Message): Promise<Message>;
  on(method: string, tell: (params: Message) => void): void;
  once(method: string): Promise<Message>;
}

async function connect(address: string): Promise<Line> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('no way to Chromium')), { once: true });
  });
  const waiting = new Map<number, (message: Message) => void>();
  const tellers: { method: string; tell: (params: Message) => void }[] = [];
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (typeof message.id === 'number') waiting.get(message.id)?.(message);
    for (const { method, tell } of tellers) if (method === message.method) tell(message.params as Message);
  });
  const on: Line['on'] = (method, tell) => void tellers.push({ method, tell });
  return {
    on,
    once: (method) => new Promise((resolve) => on(method, resolve)),
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, ({ result, error }) =>
          error ? reject(new Error(`${method}: ${JSON.stringify(error)}`)) : resolve(result as Message),
        );
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
  };
}

function complaintsOf(line: Line): string[] {
  const complaints: string[] = [];
  line.on('Runtime.consoleAPICalled', ({ type, args }) => complaints.push(`${type} ${JSON.stringify(args)}`));
  line.on('Runtime.exceptionThrown', (thrown) => complaints.push(JSON.stringify(thrown)));
  line.on('Log.entryAdded', (added) => complaints.push(JSON.stringify(added)));
  line.on('Network.loadingFailed', (failed) => complaints.push(JSON.stringify(failed)));
  return complaints;
}
