import { expect, test } from 'vitest';
import { keaRemarks } from '../../../src/view/kea/findings.ts';
import { concerns } from '../../../src/view/kea/rows.ts';
import { keaNetwork, keaStatus } from '../../components/fake-kea.ts';

const finding = (vmid: number, severity: 'error' | 'warning' | 'info', ...networks: string[]) => ({
  ...{ vmid, severity, networks },
  nic: 'net0',
  message: severity,
});

test('what concerns all comes first, then the chosen network, then the others; within each the worst', () => {
  const chosen = keaNetwork('vmbr1', { state: 'failed', detail: 'Kea refuses to start', restarts: 1 });
  const other = keaNetwork('vmbr0', { otherServers: [{ server: '10.0.0.9', seen: 0 }] });
  const status = keaStatus([other, chosen], {
    problems: ['/etc/pve cannot be read'],
    findings: [
      finding(100, 'info', 'vmbr1'),
      finding(101, 'error', 'vmbr1'),
      finding(102, 'warning', 'vmbr0', 'vmbr1'),
      finding(103, 'error', 'vmbr0'),
      finding(104, 'error'),
      finding(105, 'warning', 'vnet1'),
    ],
  });
  expect(keaRemarks(status, chosen).map(({ as, text }) => `${as} ${text}`)).toEqual([
    'warning /etc/pve cannot be read',
    'failed vmbr1 is not served: Kea refuses to start',
    'warning Kea of vmbr1 ended 1 time and was started again',
    'failed guest 101 net0: error',
    'warning guest 102 net0: warning',
    'dim guest 100 net0: info',
    'warning another DHCP server answers on vmbr0: 10.0.0.9; guests may take its offer',
    'failed guest 103 net0: error',
    'failed guest 104 net0: error',
    'warning guest 105 net0: warning',
  ]);
  expect([other, chosen].map((network) => concerns(network, status))).toEqual([3, 4]);
});

test('an agent of another version, which does not place its findings, is read as well', () => {
  const status = keaStatus([keaNetwork('vmbr0')]);
  const { networks: _, ...old } = finding(100, 'error');
  status.findings = [old as (typeof status.findings)[number]];
  expect(keaRemarks(status, status.networks[0])).toEqual([{ as: 'failed', text: 'guest 100 net0: error' }]);
});

test('what comes from guests’ files cannot command the terminal', () => {
  const status = keaStatus([], { findings: [{ ...finding(100, 'error'), message: '\u001b[2Jboo\u202e' }] });
  expect(keaRemarks(status, undefined)[0]?.text).toBe('guest 100 net0: boo?');
});
