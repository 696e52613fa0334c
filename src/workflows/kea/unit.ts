import { createHash } from 'node:crypto';
import { readAsset } from '../../assets.ts';
import { STAMP } from '../../facts/facts-kea.ts';
import type { KeaAnswers } from './answers.ts';
import { PROGRAM } from './places.ts';

/** The variables that the agent reads its settings from (kea/settings.ts), and the stamp of all it is made of. */
export function variablesOf(
  answers: KeaAnswers,
  { node, program, inside }: { node: string; program: string; inside: boolean },
): { variables: Record<string, string>; stamp: string } {
  const variables: Record<string, string> = {
    VM_CHECK_POLL: String(answers.poll),
    PROXWRIGHT_KEA_PROBE: String(answers.probe),
    ...(answers.dhcpv6 ? { PROXWRIGHT_KEA_DHCP6: '1' } : {}),
    ...(answers.firewall_bridges === 'always' ? { PROXWRIGHT_KEA_FIREWALL_BRIDGES: 'always' } : {}),
    ...(answers.host_dns ? {} : { PROXWRIGHT_KEA_HOST_DNS: '0' }),
    ...(answers.exclude.length > 0 ? { PROXWRIGHT_KEA_EXCLUDE: answers.exclude.join(' ') } : {}),
    // ovs-vsctl(8) looks for Open vSwitch's sockets there.
    ...(inside
      ? {
          PROXWRIGHT_KEA_PVE: '/host/etc/pve',
          PROXWRIGHT_KEA_NODE: node,
          PROXWRIGHT_KEA_RESOLV_CONF: '/host/etc/resolv.conf',
          OVS_RUNDIR: '/host/run/openvswitch',
        }
      : {}),
  };
  const text = `${program}\n${JSON.stringify(variables)}\n${readAsset('kea/proxwright-kea.service')}`;
  const stamp = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { variables: { ...variables, [STAMP]: stamp }, stamp };
}

/** Our unit with these settings in place of its own. */
export function unitText(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) =>
    /^[\w/.:-]*$/.test(value) ? `Environment=${name}=${value}` : `Environment="${name}=${value}"`,
  );
  return readAsset('kea/proxwright-kea.service')
    .replace(/^ExecStart=\S+/m, `ExecStart=${PROGRAM}`)
    .replace(/^Environment=VM_CHECK_POLL=.*$/m, () => lines.join('\n'));
}

/** The settings for compose, beside its file. */
export function envFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
