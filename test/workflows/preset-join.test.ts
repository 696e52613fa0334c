import { afterEach, describe, expect, test } from 'vitest';
import { type PresetGuest, peersCurl, presetGuest } from './preset-guest.ts';

const PEERS = '10.0.20.11 10.0.20.12 10.0.20.13';
const ROLE = 'etc/rancher/k3s/config.yaml.d/50-proxwright.yaml';
let guest: PresetGuest;

function k3sGuest(settings: { ROLE: string; FIRST: string }, peers: Parameters<typeof peersCurl>[0]): void {
  guest = presetGuest({ NODE: 'edge-server-1', PEERS, MARK: 'mark.proxwright.internal', ...settings });
  guest.program('curl', peersCurl(peers));
}

afterEach(() => guest.remove());

/** Whole seconds, as the shell counts. */
const soon = { PROXWRIGHT_PAUSE: '1', PROXWRIGHT_PATIENCE: '3' };

describe('a server or agent of k3s', () => {
  test('the first server begins a cluster once nobody has answered for a while', () => {
    k3sGuest({ ROLE: 'server', FIRST: 'yes' }, {});
    expect(guest.run('k3s-join.sh', soon)).toMatchObject({ status: 0 });
    expect(guest.read(ROLE)).toBe('cluster-init: true\n');
    // 3 peers, 4 rounds.
    expect(guest.calls().filter((call) => call.includes('/cacerts'))).toHaveLength(12);
  });

  test('a first server that is made anew joins what it once began, and takes its old self out', () => {
    k3sGuest({ ROLE: 'server', FIRST: 'yes' }, { ours: ['10.0.20.12'] });
    expect(guest.run('k3s-join.sh', soon)).toMatchObject({ status: 0 });
    expect(guest.read(ROLE)).toBe('server: https://10.0.20.12:6443\n');
    const removal = guest.calls().filter((call) => call.includes('DELETE'));
    expect(removal).toHaveLength(1);
    expect(removal[0]).toMatch(/--header @\S+forget\.header .*\/api\/v1\/nodes\/edge-server-1$/);
  });

  test('a server with its data asks nobody', () => {
    k3sGuest({ ROLE: 'server', FIRST: 'yes' }, { ours: ['10.0.20.12'] });
    guest.write('var/lib/rancher/k3s/server/db/etcd/name', 'edge-server-1-abc');
    expect(guest.run('k3s-join.sh', soon)).toMatchObject({ status: 0 });
    expect(guest.read(ROLE)).toBeUndefined();
    expect(guest.calls()).toEqual([]);
  });

  test("somebody else's k3s at one of the addresses is not joined", () => {
    k3sGuest({ ROLE: 'server', FIRST: 'yes' }, { others: ['10.0.20.12'] });
    guest.run('k3s-join.sh', soon);
    expect(guest.read(ROLE)).toBe('cluster-init: true\n');
  });

  test('any other server waits, for as long as it takes', () => {
    k3sGuest({ ROLE: 'server', FIRST: 'no' }, {});
    guest.program(
      'sleep',
      'n=$(($(cat "$STATE/n" 2>/dev/null || echo 0) + 1)); echo $n >"$STATE/n"; [ $n -lt 20 ]',
    );
    // The stand-in ends the wait by failing; the script itself never would.
    expect(guest.run('k3s-join.sh', soon).status).not.toBe(0);
    expect(guest.read(ROLE)).toBeUndefined();
  });

  test('an agent joins, and forgets no node', () => {
    k3sGuest({ ROLE: 'agent', FIRST: 'no' }, { ours: ['10.0.20.11'] });
    guest.run('k3s-join.sh', soon);
    expect(guest.read(ROLE)).toBe('server: https://10.0.20.11:6443\n');
    expect(guest.calls().join('\n')).not.toContain('DELETE');
  });

  test('an agent that was in the cluster starts without a server, since it knows others', () => {
    k3sGuest({ ROLE: 'agent', FIRST: 'no' }, {});
    guest.write(ROLE, 'server: https://10.0.20.12:6443\n');
    expect(guest.run('k3s-join.sh', soon)).toMatchObject({ status: 0 });
    expect(guest.read(ROLE)).toBe('server: https://10.0.20.12:6443\n');
  });
});

describe('a server or agent by kubeadm', () => {
  function kubeGuest(settings: { FIRST: string }, peers: Parameters<typeof peersCurl>[0]): void {
    guest = presetGuest({ PEERS, MARK: 'mark', CNI_URL: '', CNI_SHA256: '', ...settings });
    guest.program('curl', peersCurl(peers));
    guest.program('jq', 'sed \'s/.*"kubeconfig":"//; s/"}}$//\'');
    guest.program('kubeadm', ':');
    guest.write('etc/proxwright/kubeadm-join.yaml', 'apiServerEndpoint: "@PEER@:6443"\n');
  }
  const kubeadm = () => guest.calls().filter((call) => call.startsWith('kubeadm'));

  test('the first server begins a cluster once nobody has answered', () => {
    kubeGuest({ FIRST: 'yes' }, {});
    expect(guest.run('kubernetes-join.sh', soon)).toMatchObject({ status: 0 });
    expect(kubeadm()).toEqual([expect.stringMatching(/^kubeadm init .*--skip-certificate-key-print/)]);
    expect(guest.read('etc/proxwright/joined')).toBe('');
  });

  test('whoever finds a server joins it, the first server too', () => {
    kubeGuest({ FIRST: 'yes' }, { ours: ['10.0.20.13'], others: ['10.0.20.12'] });
    guest.program('kubeadm', 'cat "$3" >"$STATE/config"; grep -q 10.0.20.13 "$STATE/config"');
    expect(guest.run('kubernetes-join.sh', soon)).toMatchObject({ status: 0 });
    expect(kubeadm()).toEqual([expect.stringMatching(/^kubeadm join --config /)]);
    expect(guest.read('run/proxwright-join.yaml')).toBeUndefined();
  });

  test('done once, nothing is done again', () => {
    kubeGuest({ FIRST: 'yes' }, {});
    guest.write('etc/proxwright/joined', '');
    expect(guest.run('kubernetes-join.sh', soon)).toMatchObject({ status: 0 });
    expect(guest.calls()).toEqual([]);
  });

  test('a join that fails is cleared away and tried again', () => {
    kubeGuest({ FIRST: 'no' }, { ours: ['10.0.20.11'] });
    guest.program(
      'kubeadm',
      '[ "$1" = reset ] && exit 0; n=$(($(cat "$STATE/n" 2>/dev/null || echo 0) + 1)); echo $n >"$STATE/n"; [ $n -gt 1 ]',
    );
    expect(guest.run('kubernetes-join.sh', soon)).toMatchObject({ status: 0 });
    expect(kubeadm().map((call) => call.split(' ')[1])).toEqual(['join', 'reset', 'join']);
  });

  test('who waits says so, once a minute', () => {
    kubeGuest({ FIRST: 'no' }, {});
    guest.program(
      'sleep',
      'n=$(($(cat "$STATE/n" 2>/dev/null || echo 0) + 1)); echo $n >"$STATE/n"; [ $n -lt 32 ]',
    );
    const { output } = guest.run('kubernetes-join.sh', { PROXWRIGHT_PAUSE: '10', PROXWRIGHT_PATIENCE: '30' });
    expect(
      output.match(new RegExp(`none of ${PEERS} has let this guest into the cluster yet`, 'g')),
    ).toHaveLength(5);
  });

  test('what cannot be cleared away yet does not end it', () => {
    kubeGuest({ FIRST: 'no' }, { ours: ['10.0.20.11'] });
    guest.write('etc/kubernetes/kubelet.conf', '');
    guest.program(
      'kubeadm',
      '[ "$1" = reset ] && exit 1; n=$(($(cat "$STATE/n" 2>/dev/null || echo 0) + 1)); echo $n >"$STATE/n"; [ $n -gt 1 ]',
    );
    expect(guest.run('kubernetes-join.sh', soon)).toMatchObject({ status: 0 });
    expect(kubeadm().map((call) => call.split(' ')[1])).toEqual(['reset', 'join', 'reset', 'join']);
  });

  test('an init that fails tells why, without the keys', () => {
    kubeGuest({ FIRST: 'yes' }, {});
    const key = 'c'.repeat(64);
    guest.program(
      'kubeadm',
      `[ "$1" = init ] || exit 0; [ -e "$STATE/once" ] && exit 0; touch "$STATE/once"; echo "no memory"; echo ${key}; exit 1`,
    );
    const { status, output } = guest.run('kubernetes-join.sh', soon);
    expect(status).toBe(0);
    expect(output).toContain('no memory');
    expect(output).not.toContain(key);
  });
});

describe('what is fetched', () => {
  const text = 'the program\n';
  const sum = '1a6d77b7a4e8e2f4c5b8fe8bb7a3e85bd0de4d5f4d1fb1c1ad1b4b0a6b8fffff';
  const settings = {
    NAME: 'k3s',
    URL: 'https://example.org/k3s',
    LIST: 'https://example.org/sums',
    FILE: '/opt/bin/k3s',
    MODE: '0755',
    LINK: '',
  };
  const serving = `
out= url=
while [ $# -gt 0 ]; do
  case $1 in --output) out=$2; shift ;; --connect-timeout|--speed-*) shift ;; --*) ;; *) url=$1 ;; esac
  shift
done
n=$(($(cat "$STATE/n" 2>/dev/null || echo 0) + 1)); echo $n >"$STATE/n"
[ $n -gt 2 ] || exit 6
case $url in *sums) printf 'SUM  other\\nSUM  k3s\\n' | sed "s/SUM  k3s/$(printf 'the program\\n' | sha256sum | cut -d' ' -f1)  k3s/" >"$out" ;; *) printf 'the program\\n' >"$out" ;; esac`;

  test('a wrong sum ends it, and leaves nothing behind', () => {
    guest = presetGuest({ ...settings, SHA256: sum });
    guest.program('curl', serving);
    const { status, output } = guest.run('fetch.sh');
    expect(status).toBe(1);
    expect(output).toContain(`not ${sum}: it is not used`);
    expect(guest.read('opt/bin/k3s')).toBeUndefined();
    expect(guest.read('opt/bin/k3s.part')).toBeUndefined();
  });

  test('a network that is late is waited for; the sum is that of the list, and stays so', () => {
    guest = presetGuest({ ...settings, SHA256: '' });
    guest.program('curl', serving);
    expect(guest.run('fetch.sh')).toMatchObject({ status: 0 });
    expect(guest.read('opt/bin/k3s')).toBe(text);
    const calls = guest.calls().length;
    expect(guest.run('fetch.sh')).toMatchObject({ status: 0 });
    expect(guest.calls()).toHaveLength(calls);
  });

  test('a version that the list does not have is no version', () => {
    guest = presetGuest({ ...settings, NAME: 'k3s-v9', SHA256: '' });
    guest.program('curl', serving);
    const { status, output } = guest.run('fetch.sh');
    expect(status).toBe(1);
    expect(output).toContain('has no sum for k3s-v9: is there such a version?');
  });

  test('a system extension is merged once', () => {
    guest = presetGuest({ ...settings, SHA256: '', LINK: '/etc/extensions/k3s.raw' });
    guest.program('curl', serving);
    guest.program('systemctl', ':');
    guest.run('fetch.sh');
    const merges = () => guest.calls().filter((call) => call === 'systemctl restart systemd-sysext.service');
    expect(merges()).toHaveLength(1);
    expect(guest.run('fetch.sh')).toMatchObject({ status: 0 });
    expect(merges()).toHaveLength(1);
  });
});
