import type { Agent } from 'node:http';
import { TargetError } from './errors.ts';
import type { TargetFacts } from './facts/facts.ts';
import type { Host } from './hosts/host.ts';
import type { Fetch, FetchStream } from './images/edges.ts';
import type { Pve } from './pve/pve.ts';
import { unsupportedReason } from './pve/version.ts';
import { SANDBOX_REPOID } from './sandbox/repoid.ts';
import type { TargetEnvironment } from './target/environment.ts';
import { openHttps } from './target/https-target.ts';
import { mirrorFetch } from './target/mirror.ts';
import { openLocal, openOverSsh } from './target/node-target.ts';
import { openSandbox } from './target/sandbox-target.ts';
import type { TargetSpec } from './target/spec.ts';

/** An open target: the API of one cluster, and its nodes' hosts where they are within reach. */
export interface Target {
  kind: 'local' | 'ssh' | 'https' | 'sandbox';
  /** For people: `pve1.lab`, `sandbox`. */
  label: string;
  facts: TargetFacts;
  pve: Pve;
  /** The node that we talk to; the API passes on what is for others. */
  firstNode: string;
  /** A node's commands and files; undefined where the target gives none. */
  host(node: string): Host | undefined;
  /** Publishers of images; the sandbox has its own copies of them. */
  fetch: Fetch;
  fetchStream: FetchStream;
  /** Armored keys to trust beside the pinned ones: the sandbox's, that signs its copies. */
  imageKeys: readonly string[];
  /** A connection of its own to the server of the API. */
  agent(): Promise<Agent>;
  close(): Promise<void>;
}

/** Opens a target and makes sure that it is one we can work with. Throws TargetError. */
export async function openTarget(spec: TargetSpec, environment: TargetEnvironment): Promise<Target> {
  const target = await open(spec, environment);
  try {
    const { version, repoid } = await target.pve.get<{ version: string; repoid: string }>('/version');
    const reason = unsupportedReason(version);
    if (reason === undefined)
      return repoid === SANDBOX_REPOID && target.kind !== 'sandbox' ? practice(target) : target;
    throw new TargetError('this version of Proxmox VE is not supported', {
      where: target.label,
      why: reason,
    });
  } catch (error) {
    await target.close();
    throw error;
  }
}

/** A sandbox that was reached like a real node: it says so, and brings its own copies of the images. */
async function practice(target: Target): Promise<Target> {
  const { fetch, fetchStream, key } = mirrorFetch(target.agent);
  const label = `${target.label} (sandbox)`;
  return {
    ...target,
    label,
    facts: { ...target.facts, label },
    fetch,
    fetchStream,
    imageKeys: [await key()],
  };
}

function open(spec: TargetSpec, environment: TargetEnvironment): Promise<Target> {
  switch (spec.kind) {
    case 'local':
      return openLocal(spec.apiPort, environment);
    case 'ssh':
      return openOverSsh(spec, environment);
    case 'https':
      return openHttps(spec, environment);
    case 'sandbox':
      return openSandbox(environment);
  }
}
