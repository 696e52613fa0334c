import type { KeaStatus, NetworkStatus } from '../../kea/status.ts';
import type { Tint } from '../text/cells.ts';
import { counted } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';
import { networkName } from './reading.ts';

export interface Remark {
  as: Extract<Tint, 'failed' | 'warning' | 'dim'>;
  text: string;
}

/**
 * Everything that is to be said of a node's DHCP, in sentences: first what concerns all, then the chosen network,
 * then the others; within each the worst first.
 */
export function keaRemarks(status: KeaStatus, chosen: NetworkStatus | undefined): Remark[] {
  const { problems, networks } = status;
  const ordered = chosen ? [chosen, ...networks.filter((network) => network !== chosen)] : networks;
  const known = new Set(networks.map(networkName));
  const placed = new Set<KeaStatus['findings'][number]>();
  const ofNetworks = ordered.flatMap((network) => {
    const key = networkName(network);
    const own = status.findings.filter((one) => !placed.has(one) && one.networks?.includes(key));
    for (const one of own) placed.add(one);
    return [...ofNetwork(network), ...worstFirst(own.map(ofGuest))];
  });
  const rest = status.findings.filter(
    (one) => !placed.has(one) && !one.networks?.some((key) => known.has(key)),
  );
  return [
    ...problems.map((text): Remark => ({ as: 'warning', text: harmless(text) })),
    ...ofNetworks,
    ...worstFirst(rest.map(ofGuest)),
  ];
}

function ofNetwork(network: NetworkStatus): Remark[] {
  const name = harmless(networkName(network));
  const { state, detail, restarts, otherServers } = network;
  const remarks: Remark[] = [];
  if (state === 'failed')
    remarks.push({ as: 'failed', text: `${name} is not served: ${harmless(detail ?? 'Kea does not run')}` });
  else if (detail !== undefined)
    remarks.push({
      as: 'warning',
      text: `${name} ${state === 'waiting' ? 'waits' : 'has a problem'}: ${harmless(detail)}`,
    });
  for (const { server } of otherServers) {
    remarks.push({
      as: 'warning',
      text: `another DHCP server answers on ${name}: ${harmless(server)}; guests may take its offer`,
    });
  }
  if (restarts > 0)
    remarks.push({
      as: 'warning',
      text: `Kea of ${name} ended ${counted(restarts, 'time')} and was started again`,
    });
  return remarks;
}

function ofGuest({ vmid, nic, severity, message }: KeaStatus['findings'][number]): Remark {
  const as = severity === 'error' ? 'failed' : severity === 'warning' ? 'warning' : 'dim';
  return { as, text: harmless(`guest ${vmid}${nic === null ? '' : ` ${nic}`}: ${message}`) };
}

function worstFirst(remarks: Remark[]): Remark[] {
  const order = ['failed', 'warning', 'dim'];
  return remarks.toSorted((one, other) => order.indexOf(one.as) - order.indexOf(other.as));
}
