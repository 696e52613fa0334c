import type { Commands } from './commands.ts';
import type { Finding } from './finding.ts';
import { guestStore } from './guest-store.ts';
import { networksOf } from './networks.ts';
import { otherServers } from './other-servers.ts';
import { placeFindings } from './place-findings.ts';
import { findingsOfKea, type Installation, keaProgram, readInstallation } from './program.ts';
import { reasonOf } from './reason.ts';
import { segmentsOf } from './segments.ts';
import type { AgentSettings } from './settings.ts';
import type { KeaStatus } from './status.ts';
import { byPlace, networkStatus } from './status-of.ts';
import { serveStatus } from './status-socket.ts';
import { surroundingsReader } from './surroundings.ts';
import { watchPve } from './watch.ts';

export interface AgentEdges {
  commands: Commands;
  node: string;
  pid: number;
  /** The words that start this program again, for the probe inside of a namespace. */
  self: readonly string[];
  log(line: string): void;
}

export interface Agent {
  status(): KeaStatus;
  /** Ends the agent. Its Keas serve on, unless `takeDown` says that nothing is to be left. */
  close(options?: { takeDown?: boolean }): Promise<void>;
}

/** Numbers and adopted Keas are looked at this often. */
const CHECK_SECONDS = 15;
/** Soon enough for whoever has just installed the agent and looks at its status. */
const FIRST_PROBE_MS = 5_000;
/** Starting one guest brings some ten messages of the kernel. */
const LINK_SETTLE_MS = 20;

/** Starts the agent of this node. It returns once everything that can be served is. */
export async function startAgent(settings: AgentSettings, edges: AgentEdges): Promise<Agent> {
  const { commands, node } = edges;
  const now = (): number => Math.floor(Date.now() / 1000);
  const since = now();
  const stopping = new AbortController();
  const kea = keaProgram(settings, { commands, now });
  const store = guestStore();
  const around = surroundingsReader(settings);
  const segments = segmentsOf(kea, { node, changed: () => undefined });
  const others = otherServers(kea, { self: edges.self, now });
  let installation: Installation = await readInstallation(settings.program, commands);
  let findings: Finding[] = [];
  let problem: string | undefined;
  let queued: Promise<void> | undefined;
  let known = false;

  /** Several changes at once are one change. */
  function reconcile(): Promise<void> {
    queued ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      queued = undefined;
      if (!known || stopping.signal.aborted) return;
      const { networks, findings: found } = networksOf(store.guests(), around.now());
      findings = found;
      return segments.serve(networks).then(
        () => {
          problem = undefined;
        },
        (error: unknown) => {
          problem = reasonOf(error);
          edges.log(problem);
        },
      );
    });
    return queued;
  }

  const watch = watchPve(settings.pve, {
    node,
    store,
    commands,
    changed: () => void reconcile(),
    settingsChanged: () => lookAtSettings(true),
  });

  /** Until the guests' files were read once, nothing is known, and nothing that still serves is touched. */
  function look(): void {
    watch.tick();
    if (watch.problem() === undefined) {
      known = true;
      lookAtSettings(false);
    }
  }

  /** Without /etc/pve there are no settings either, which would be a change of all of them. */
  function lookAtSettings(thorough: boolean): void {
    if (watch.problem() !== undefined) return;
    try {
      if (around.lookAtFiles({ thorough })) void reconcile();
    } catch {
      // It went away in this moment: the next tick says so.
    }
  }

  function lookAtLinks(): void {
    if (around.lookAtLinks()) {
      void reconcile();
      // A guest that starts here may just have come from another node.
      void watch.refreshNow();
    }
    for (const segment of segments.all()) void segment.wake();
  }

  async function followLinks(): Promise<void> {
    let settle: NodeJS.Timeout | undefined;
    while (!stopping.signal.aborted) {
      lookAtLinks();
      await commands.follow(['ip', '-oneline', 'monitor', 'link'], {
        signal: stopping.signal,
        line() {
          settle ??= setTimeout(() => {
            settle = undefined;
            if (!stopping.signal.aborted) lookAtLinks();
          }, LINK_SETTLE_MS);
        },
      });
      if (!stopping.signal.aborted) await pause(1_000, stopping.signal);
    }
    clearTimeout(settle);
  }

  around.lookAtLinks();
  look();
  await reconcile();
  const following = followLinks();
  const timers = [
    setInterval(() => {
      look();
      for (const segment of segments.all()) segment.lookAfterAdopted();
    }, 1_000),
    setInterval(() => {
      watch.rescan();
      lookAtSettings(true);
    }, settings.poll * 1_000),
    setInterval(async () => {
      if (!installation.version) installation = await readInstallation(settings.program, commands);
      for (const segment of segments.all()) await segment.check();
    }, CHECK_SECONDS * 1_000),
    ...(settings.probe > 0
      ? [
          setTimeout(() => void others.look(segments.all()), FIRST_PROBE_MS),
          setInterval(() => void others.look(segments.all()), settings.probe * 1_000),
        ]
      : []),
  ];

  const status = (): KeaStatus => ({
    version: 1,
    agent: { pid: edges.pid, node, since, pve: settings.pve, pollSeconds: settings.poll },
    kea: { version: installation.version },
    problems: [
      installation.problem,
      watch.problem(),
      watch.notice(),
      problem,
      ...findingsOfKea(installation),
    ].filter((text) => text !== undefined),
    networks: segments
      .all()
      .map((segment) => networkStatus(segment, { now: now(), seen: others.seen(segment) }))
      .sort(byPlace),
    findings: placeFindings([...findings, ...segments.all().flatMap((segment) => segment.findings())], {
      guests: store.guests(),
      around: around.now(),
    }),
  });
  const server = await serveStatus(settings.statusFolder, status);

  return {
    status,
    async close({ takeDown = false } = {}) {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      watch.close();
      server.close();
      await following;
      await queued;
      await segments.close({ takeDown });
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
