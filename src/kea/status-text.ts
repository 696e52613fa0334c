import type { KeaStatus, NetworkStatus } from './status.ts';

/** The status for people: one block per network, troubles first. */
export function statusText({ agent, kea, problems, networks, findings }: KeaStatus): string {
  const lines = [`agent on ${agent.node}, pid ${agent.pid}; Kea ${kea.version ?? 'missing'}`];
  for (const problem of problems) lines.push(`! ${problem}`);
  if (networks.length === 0) lines.push('', 'no guest of this node has a static address');
  for (const network of networks) lines.push('', ...networkLines(network));
  if (findings.length > 0) lines.push('', 'findings');
  for (const { vmid, nic, severity, message } of findings) {
    lines.push(`  ${severity.padEnd(7)}  ${vmid}${nic ? ` ${nic}` : ''}: ${message}`);
  }
  return `${lines.join('\n')}\n`;
}

function networkLines(network: NetworkStatus): string[] {
  const { bridge, vlan, state, detail, generation, restarts, otherServers, guests } = network;
  const place = vlan === null ? bridge : `${bridge} VLAN ${vlan}`;
  const kea = generation ? `generation ${generation.number}, Kea pid ${generation.pid}` : 'no Kea';
  const lines = [`${place}: ${state}, ${kea}${restarts > 0 ? `, restarted ${restarts} times` : ''}`];
  if (detail) lines.push(`  ! ${detail}`);
  for (const { server } of otherServers) {
    lines.push(`  ! another DHCP server answers here: ${server}; guests may take its offer`);
  }
  const widest = Math.max(0, ...guests.map(({ address }) => address.length));
  for (const { vmid, nic, mac, address, hostname, lease } of guests) {
    lines.push(
      `  ${address.padEnd(widest)}  ${mac}  ${vmid} ${nic}  ${lease}${hostname ? `  ${hostname}` : ''}`,
    );
  }
  return lines;
}
