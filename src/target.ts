import { TargetError } from './errors.ts';
import type { TargetFacts } from './facts/facts.ts';
import type { Host } from './hosts/host.ts';
import type { Fetch, FetchStream } from './images/edges.ts';
import type { Pve } from './pve/pve.ts';
import { unsupportedReason } from './pve/version.ts';
import type { TargetEnvironment } from './target/environment.ts';
import { openHttps } from './target/https-target.ts';
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
  close(): Promise<void>;
}

/** Opens a target and makes sure that it is one we can work with. Throws TargetError. */
export async function openTarget(spec: TargetSpec, environment: TargetEnvironment): Promise<Target> {
  const target = await open(spec, environment);
  try {
    const { version } = await target.pve.get<{ version: string }>('/version');
    const reason = unsupportedReason(version);
    if (reason === undefined) return target;
    throw new TargetError('this version of Proxmox VE is not supported', {
      where: target.label,
      why: reason,
    });
  } catch (error) {
    await target.close();
    throw error;
  }
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
