import { ApiError } from '../errors.ts';
import { apiPath, type Pve } from './pve.ts';

interface AgentInterface {
  name?: string;
  'hardware-address'?: string;
  'ip-addresses'?: { 'ip-address': string; 'ip-address-type': string }[];
}

/**
 * What a guest's agent says is the address of its NIC with that MAC (upper case); undefined while it has none, or
 * nobody answers. Empty for no MAC, as soon as the agent answers: the guest has no NIC. Throws whatever else keeps one from asking.
 */
export async function agentAddress(
  pve: Pick<Pve, 'get'>,
  { node, vmid, mac }: { node: string; vmid: number; mac: string },
  options: { signal: AbortSignal },
): Promise<string | undefined> {
  try {
    const { result } = await pve.get<{ result: AgentInterface[] }>(
      apiPath`/nodes/${node}/qemu/${vmid}/agent/network-get-interfaces`,
      {},
      options,
    );
    return mac === '' ? '' : pickAddress(result, mac);
  } catch (error) {
    if (
      error instanceof ApiError &&
      /agent is not running|is not running|timeout|got timeout/i.test(error.message)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** IPv4 before IPv6; link-local ones tell nothing. */
function pickAddress(interfaces: readonly AgentInterface[], mac: string): string | undefined {
  const nic = interfaces.find((candidate) => candidate['hardware-address']?.toUpperCase() === mac);
  const usable = (nic?.['ip-addresses'] ?? [])
    .map((entry) => entry['ip-address'])
    .filter((address) => !/^(127\.|169\.254\.|::1$|fe80:)/i.test(address));
  return usable.find((address) => address.includes('.')) ?? usable[0];
}
