import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret } from '../../src/plan/secret.ts';
import { passwordAuth } from '../../src/pve/auth.ts';
import { createPve } from '../../src/pve/client.ts';
import { systemClock } from '../../src/pve/clock.ts';
import type { Endpoint } from '../../src/pve/connect.ts';
import { apiPath, type Pve } from '../../src/pve/pve.ts';
import { waitForTask } from '../../src/pve/tasks.ts';
import { startSandbox } from '../../src/sandbox/server.ts';

/** Where the cases run: a real node if the environment names one, else a sandbox of their own. */
export interface Place {
  pve: Pve;
  /** A client that logs in with another password. */
  login(password: string): Pve;
  node: string;
  /** For disks. */
  storage: string;
  /** Id of a template on that node. */
  template: number;
  task(upid: string): Promise<void>;
  close(): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

export async function contractPlace(variables: Variables): Promise<Place> {
  return variables.PROXWRIGHT_CONTRACT_URL ? realNode(variables) : sandbox();
}

function realNode(variables: Variables): Place {
  const wanted = (name: string): string => {
    const value = variables[`PROXWRIGHT_CONTRACT_${name}`];
    if (value === undefined)
      throw new Error(`PROXWRIGHT_CONTRACT_${name} is not set; CONTRIBUTING.md lists them`);
    return value;
  };
  const url = new URL(wanted('URL'));
  const fingerprint = variables.PROXWRIGHT_CONTRACT_FINGERPRINT;
  const endpoint: Endpoint = {
    host: url.hostname,
    port: Number(url.port || 8006),
    ...(fingerprint ? { fingerprint } : { insecure: true }),
  };
  const place = placeOf(endpoint, wanted('USER'));
  return {
    ...place(wanted('PASSWORD')),
    login: (password) => place(password).pve,
    node: wanted('NODE'),
    storage: wanted('STORAGE'),
    template: Number(wanted('TEMPLATE')),
  };
}

async function sandbox(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proxwright-contract-'));
  const server = await startSandbox({ stateDir: folder, speed: 20 });
  const place = placeOf(
    { host: '127.0.0.1', port: server.port, fingerprint: server.fingerprint },
    'root@pam',
  );
  const main = place('sandbox');
  const [node, storage, template] = ['pve1', 'local-lvm', 9000];
  const disks = { scsi0: `${storage}:1`, boot: 'order=scsi0', agent: '1', name: 'contract-template' };
  await main.task(await main.pve.post<string>(apiPath`/nodes/${node}/qemu`, { vmid: template, ...disks }));
  await main.task(await main.pve.post<string>(apiPath`/nodes/${node}/qemu/${template}/template`));
  return {
    ...main,
    login: (password) => place(password).pve,
    node,
    storage,
    template,
    async close() {
      await main.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

function placeOf(endpoint: Endpoint, user: string) {
  return (password: string): Pick<Place, 'pve' | 'task' | 'close'> => {
    const auth = passwordAuth(user, new Secret(password), systemClock.now);
    const pve = createPve({ endpoint: async () => endpoint, auth });
    return {
      pve,
      close: () => pve.close(),
      async task(upid) {
        await waitForTask(pve, upid, {
          sleep: (milliseconds) => systemClock.sleep(milliseconds),
          now: systemClock.now,
        });
      },
    };
  };
}
