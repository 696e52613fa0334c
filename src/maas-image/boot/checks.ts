import type { ImageEdges } from '../edges.ts';
import type { Finding, Verdict } from '../verify/finding.ts';
import type { Guest } from './guest.ts';
import { MACHINE } from './machine.ts';

/** Minutes that Proxmox VE's first start may take without KVM. */
const PVEPROXY_TRIES = 60;

/** What is asked of an image that has come up, one finding each. */
export async function checkGuest(guest: Guest, edges: ImageEdges): Promise<Finding[]> {
  const findings: Finding[] = [
    {
      id: 'ssh',
      title: 'Boots to SSH',
      severity: 'pass',
      message: `after ${Math.round(guest.seconds)} s (${guest.accel === 'kvm' ? 'KVM' : 'emulated'})`,
    },
  ];
  const add = (id: string, title: string, verdict: Verdict): void =>
    void findings.push({ id, title, ...verdict });
  add('cloud-init', 'cloud-init', await cloudInit(guest));
  add('network', 'Network', await network(guest));
  add('hosts', 'Name and address', await hosts(guest));
  if (
    (await guest.run('test -e /usr/bin/pveproxy || test -e /lib/systemd/system/pveproxy.service'))
      .exitCode === 0
  )
    add('pveproxy', 'Proxmox VE on port 8006', await pveproxy(guest, edges));
  add('units', 'No failed units', await units(guest));
  return findings;
}

async function cloudInit(guest: Guest): Promise<Verdict> {
  const { exitCode, stdout } = await guest.run('timeout 300 cloud-init status --wait --format json');
  const status = /"status":\s*"([^"]+)"/.exec(stdout)?.[1] ?? 'unknown';
  // 2: done, but something was found that it can do without.
  if (exitCode === 0 || exitCode === 2) return { severity: 'pass', message: status };
  const errors = /"errors":\s*\[([^\]]*)\]/.exec(stdout)?.[1]?.trim() ?? '';
  return {
    severity: 'fail',
    message: `${status} ${errors}`.trim(),
    fix: 'cloud-init status --long, in the image',
  };
}

async function network(guest: Guest): Promise<Verdict> {
  const { exitCode, stdout, stderr } = await guest.run(
    'ifreload --all --syntax-check && ip -brief address show dev vmbr0',
  );
  const said = `${stdout}\n${stderr}`.trim();
  if (exitCode !== 0)
    return {
      severity: 'fail',
      message: `ifreload -s: ${said.split('\n').at(-1)}`,
      fix: 'see /etc/network/interfaces',
    };
  return stdout.includes(MACHINE.address)
    ? { severity: 'pass', message: `vmbr0 has ${MACHINE.address}` }
    : { severity: 'fail', message: `vmbr0 does not have ${MACHINE.address}: ${said}` };
}

async function hosts(guest: Guest): Promise<Verdict> {
  const { stdout } = await guest.run('getent ahostsv4 "$(hostname)"');
  const address = stdout.split(/\s/)[0] ?? '';
  const [wanted] = MACHINE.address.split('/');
  return address === wanted
    ? { severity: 'pass', message: `${MACHINE.name} is ${address}` }
    : {
        severity: 'fail',
        message: `the node's name is ${address || 'unknown'}, not ${wanted}`,
        fix: 'pmxcfs needs an address that is not loopback: see proxwright-hosts.service',
      };
}

async function units(guest: Guest): Promise<Verdict> {
  const { stdout } = await guest.run('systemctl --failed --no-legend --plain');
  const failed = stdout.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
  return failed.length === 0
    ? { severity: 'pass', message: 'none' }
    : { severity: 'fail', message: failed.join(', '), fix: `systemctl status ${failed[0]}, in the image` };
}

async function pveproxy(guest: Guest, edges: ImageEdges): Promise<Verdict> {
  const ask = `python3 - <<'PY'
import http.client, ssl
connection = http.client.HTTPSConnection("127.0.0.1", 8006, timeout=20, context=ssl._create_unverified_context())
connection.request("GET", "/")
print(connection.getresponse().status)
PY`;
  let said = '';
  for (let tried = 0; tried < PVEPROXY_TRIES; tried++) {
    const { exitCode, stdout, stderr } = await guest.run(ask);
    if (exitCode === 0 && stdout.trim() === '200') return { severity: 'pass', message: 'answers' };
    said = exitCode === 0 ? `HTTP ${stdout.trim()}` : (stderr.trim().split('\n').at(-1) ?? '');
    await edges.wait(5_000, edges.signal);
  }
  return {
    severity: 'fail',
    message: `no answer: ${said}`,
    fix: 'systemctl status pveproxy pve-cluster, in the image',
  };
}
