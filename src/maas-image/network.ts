import { resolve } from 'node:path';
import { AnswersError, RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { runCommand } from './run-command.ts';
import { needTools } from './tools.ts';

/** One device of the node's network. */
export interface Device {
  kind: 'ethernet' | 'bond' | 'vlan' | 'bridge';
  name: string;
  /** Its name in MAAS; null: MAAS does not have it. */
  source: string | null;
  mac: string | null;
  mtu: number | null;
  addresses: string[];
  gateways: string[];
  /** Slaves of a bond, ports of a bridge. */
  members: string[];
  /** What a VLAN is on. */
  link: string | null;
  vlan: number | null;
  /** Of a bond. */
  mode: string | null;
  vlanAware: boolean;
}

/** What a network config of MAAS becomes on a Proxmox VE node. */
export interface NodeNetwork {
  /** /etc/network/interfaces */
  interfaces: string;
  /** Names that are pinned to NICs. */
  links: { mac: string; name: string }[];
  nameservers: string[];
  search: string[];
  warnings: string[];
  devices: Device[];
}

/**
 * Asks the image's own curtin-hooks, so that what is shown is what is deployed. Throws AnswersError with the
 * refusal's sentences, and RunError where Python cannot run it.
 */
export async function networkOf(
  file: string,
  edges: Pick<ImageEdges, 'start' | 'signal' | 'asset' | 'cwd'>,
): Promise<NodeNetwork> {
  await needTools(edges, ['python3']);
  // By stdin: in the single binary the file is no file of this system.
  const argv = ['python3', '-', '--network', resolve(edges.cwd, file), '--json'];
  const { exitCode, stdout, stderr } = await runCommand(edges, argv, { input: edges.asset('curtin-hooks') });
  if (exitCode === 2) {
    throw new AnswersError(
      stderr
        .trim()
        .split('\n')
        .map((message) => ({ message, severity: 'error' })),
    );
  }
  if (exitCode !== 0) {
    const noYaml = /No module named 'yaml'/.test(stderr);
    throw new RunError('the network config cannot be converted', {
      where: file,
      why: noYaml ? 'Python has no PyYAML' : (stderr.trim().split('\n').at(-1) ?? ''),
      fix: noYaml
        ? 'apt-get install python3-yaml'
        : 'this is a bug in proxwright; please report it with the file',
    });
  }
  return JSON.parse(stdout) as NodeNetwork;
}
