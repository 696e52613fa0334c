import { mkdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TargetError } from '../errors.ts';
import { RouteTable } from './api/route-table.ts';
import { ROUTES } from './api/routes.ts';
import { type Certificate, loadCertificate } from './certificate.ts';
import { type Clock, systemClock } from './clock.ts';
import { type FaultRule, Faults } from './faults.ts';
import type { AddedProgram } from './host/result.ts';
import { makeListener } from './http/listener.ts';
import { Mirror, type MirrorImage } from './mirror/mirror.ts';
import { FACTS, seedCluster, seedGuests } from './seed/apply.ts';
import { LAB } from './seed/lab.ts';
import type { Seed } from './seed/shape.ts';
import { layDownSystemFiles } from './seed/system-files.ts';
import { readJson, remove } from './state/files.ts';
import type { ClusterFacts } from './state/nodes.ts';
import { openWorld, recoverWorld, type World } from './world.ts';

export interface SandboxOptions {
  /** Everything that the sandbox knows is kept here; made when it is not there. */
  readonly stateDir: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** 1 is as slow as a real node, 20 twenty times faster. */
  readonly speed?: number;
  /** What a new state folder starts with: the three nodes of the lab unless given. */
  readonly seed?: Seed;
  readonly mirror?: readonly MirrorImage[];
  readonly faults?: readonly FaultRule[];
  readonly clock?: Clock;
  /** Programs of the nodes that know more than the sandbox may: it imports no other part of proxwright. */
  readonly programs?: Readonly<Record<string, AddedProgram>>;
}

export interface Sandbox {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** PEM, for clients to trust. */
  readonly certificate: string;
  /** SHA-256 with colons. */
  readonly fingerprint: string;
  readonly stateDir: string;
  /** For `X-Sandbox-Secret` at /sandbox/host and /sandbox/faults. */
  readonly hostSecret: string;
  /** Back to the seed; certificate and port stay. */
  reset(): Promise<void>;
  /** Stops at once, as a kill would: what is under way is over, and the next start says so. */
  close(): Promise<void>;
}

/** pveproxy closes an idle connection after five seconds. */
const IDLE_MS = 5000;

/** Starts the practice cluster: a real HTTPS server on 127.0.0.1 that speaks the Proxmox VE API. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  mkdirSync(options.stateDir, { recursive: true, mode: 0o700 });
  const stateDir = realpathSync(options.stateDir);
  const seed = options.seed ?? LAB;
  const faults = new Faults(options.faults);
  const table = new RouteTable(ROUTES);
  const certificate = await loadCertificate(
    stateDir,
    seed.nodes.map((node) => node.name),
  );
  let life = new AbortController();
  let world = open({ ...options, stateDir, seed, certificate, stop: life.signal });
  const server = createServer(
    {
      cert: certificate.certificate,
      key: certificate.key,
      keepAliveTimeout: IDLE_MS,
      keepAliveTimeoutBuffer: 0,
    },
    makeListener(() => ({ world, table, faults })),
  );
  // closeAllConnections does not know those in their TLS handshake; one of them would keep the server open.
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    certificate: certificate.certificate,
    fingerprint: certificate.fingerprint,
    stateDir,
    get hostSecret() {
      return world.secrets.hostSecret;
    },
    reset: async () => {
      life.abort(new Error('the sandbox is reset'));
      life = new AbortController();
      for (const name of [FACTS, 'etc', 'nodes', 'shared', 'uploads', 'secrets.json', 'condition.json'])
        remove(join(stateDir, name));
      faults.clear();
      world = open({ ...options, stateDir, seed, certificate, stop: life.signal });
    },
    close: () => {
      life.abort(new Error('the sandbox is closed'));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

type Opening = SandboxOptions & { seed: Seed; certificate: Certificate; stop: AbortSignal };

function open({ stateDir, seed, certificate, stop, ...options }: Opening): World {
  const clock = options.clock ?? systemClock;
  const known = readJson<ClusterFacts>(join(stateDir, FACTS));
  if (!known) {
    // A start that was killed while it seeded left parts without the file that is written last.
    for (const name of ['etc', 'nodes', 'shared', 'secrets.json']) remove(join(stateDir, name));
  }
  const facts =
    known ?? seedCluster(stateDir, seed, { now: clock.now(), certificate: certificate.certificate });
  const mirror = new Mirror(stateDir, options.mirror ?? []);
  const speed = options.speed ?? 1;
  const world = openWorld(stateDir, {
    clock,
    speed,
    stop,
    facts,
    mirror,
    fingerprint: certificate.fingerprint,
    added: options.programs ?? {},
  });
  // Uploads that a kill cut off.
  remove(join(stateDir, 'uploads'));
  for (const node of facts.nodes) layDownSystemFiles(stateDir, node);
  if (known) recoverWorld(world);
  else seedGuests(world, seed);
  return world;
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
      reject(
        new TargetError(`the sandbox cannot listen on 127.0.0.1:${port}`, {
          why,
          fix: 'choose another port',
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
