import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, Client, multipart, temporarySandbox } from './client.ts';
import { dumpLikePython, normalise, normaliseText, shape } from './normalise.ts';
import { ONE_NODE } from './one-node.ts';

interface Exchange {
  label: string;
  as: 'root' | 'token' | 'token-without-acl';
  method: string;
  path: string;
  params: Record<string, unknown> | null;
  status: number;
  reason: string;
  body: { data?: unknown; truncated?: string };
  task?: { status: string; exitstatus: string; type: string; id: string; user: string };
  taskLog?: string[];
}
interface Played {
  answer: Answer;
  task?: Awaited<ReturnType<Client['task']>>;
}

const FILE = join(import.meta.dirname, '../../../shared/pve/exchanges.json');
const EXCHANGES: Exchange[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

/** Answers that are the history of whatever ran before: only what an entry looks like can be compared. */
const HISTORY = ['/cluster/tasks', '/nodes/pve/tasks'];
/** The recording keeps the last lines of each task's log. */
const LOG_LINES = 6;

describe.skipIf(EXCHANGES.length === 0)('what a real node answered (skipped without ../shared/pve)', () => {
  const played: Played[] = [];
  let remove: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    const started = await temporarySandbox({ seed: ONE_NODE, speed: 20 });
    remove = started.remove;
    const { sandbox } = started;
    const clients = {
      root: await Client.root(sandbox),
      token: Client.token(sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111111'),
      'token-without-acl': Client.token(sandbox, 'root@pam!t2=22222222-2222-4222-8222-222222222222'),
    };
    for (const exchange of EXCHANGES) played.push(await play(exchange, clients[exchange.as]));
    for (const client of Object.values(clients)) client.close();
  });
  afterAll(() => remove?.());

  it('plays all of them', () => {
    expect(EXCHANGES).toHaveLength(145);
    expect(played).toHaveLength(145);
  });

  it.each(
    EXCHANGES.map((exchange, index) => ({
      index,
      name: `${exchange.label}: ${exchange.method} ${exchange.path}`,
    })),
  )('$index $name', ({ index }) => {
    const exchange = EXCHANGES[index]!;
    const { answer, task } = played[index]!;
    compare(exchange, { answer, ...(task ? { task } : {}) });
  });
});

function compare(exchange: Exchange, { answer, task }: Played): void {
  expect([answer.status, answer.reason]).toEqual([exchange.status, exchange.reason]);
  if (HISTORY.includes(exchange.path)) compareHistory(exchange, answer);
  else if (exchange.body.truncated !== undefined) {
    expect(dumpLikePython(answer.body).slice(0, exchange.body.truncated.length)).toBe(
      exchange.body.truncated,
    );
  } else expect(normalise(answer.body)).toEqual(normalise(exchange.body));
  if (!exchange.task) return;
  expect(normalise(pick(task))).toEqual(normalise(exchange.task));
  expect(task?.log.slice(-LOG_LINES).map((line) => normaliseText(line))).toEqual(
    exchange.taskLog?.map((line) => normaliseText(line)),
  );
}

/** Each entry must look like one that was recorded. */
function compareHistory(exchange: Exchange, answer: Answer): void {
  const recorded =
    exchange.body.truncated === undefined ? exchange.body.data : wholeEntries(exchange.body.truncated);
  const known = (recorded as unknown[]).map((entry) => JSON.stringify(shape(entry)));
  const entries = answer.body.data as unknown[];
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(known).toContain(JSON.stringify(shape(entry)));
}

function wholeEntries(truncated: string): unknown[] {
  const end = truncated.lastIndexOf('}, {');
  return JSON.parse(truncated.slice(truncated.indexOf('['), end + 1).concat(']'));
}

function pick(task: Played['task']) {
  if (!task) return undefined;
  const { status, exitstatus, type, id, user } = task;
  return { status, exitstatus, type, id, user };
}

async function play(exchange: Exchange, client: Client): Promise<Played> {
  const params = exchange.params && { ...exchange.params };
  if (params?.password === '<password>') params.password = 'sandbox';
  const upload = /^upload (\S+) as (\S+)$/.exec(exchange.label);
  const send = () =>
    upload
      ? client.send(exchange.method, exchange.path, uploadOf(upload[1] ?? '', upload[2] ?? ''))
      : client.send(exchange.method, exchange.path, { params });
  let answer = await send();
  // The recorder waited for the guest to come up before it asked again.
  for (let tries = 0; exchange.label === 'agent ping' && answer.status !== 200 && tries < 50; tries++)
    answer = await send();
  if (!exchange.task || typeof answer.body.data !== 'string') return { answer };
  return { answer, task: await client.task(answer.body.data) };
}

function uploadOf(filename: string, content: string) {
  const size = filename === 'rec.iso' ? 2048 : 100;
  return multipart({ content }, { filename, data: Buffer.alloc(size, 'x') });
}
