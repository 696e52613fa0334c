import { expect, test } from 'vitest';
import { loadAnswers } from '../../src/answers/load.ts';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import { readIdentity } from '../../src/pve/description.ts';
import { workflows } from '../../src/workflows/all.ts';
import type { ClusterAnswers } from '../../src/workflows/cluster/answers.ts';
import { destroyCluster } from '../../src/workflows/cluster/destroy.ts';
import { read } from './examples.ts';
import { planFrom } from './plan-from.ts';

/** Guests of which nobody but a person can say what they are, and guests that cannot be seen. */
const lab = read<Facts>('lab.facts.json');
const offline = { ...lab, nodes: lab.nodes.map((node) => ({ ...node, online: node.name !== 'pve2' })) };

const answers = (count: number, more = ''): string =>
  `version: 1\nclusters:\n  - name: edge\n    update: { replace: false }\n    groups: [{ name: g, count: ${count}, memory: 512${more} }]\n`;

function guest(vmid: number, index: number, more: Partial<GuestFacts> = {}): GuestFacts {
  const line = `proxwright: cluster=edge group=g index=${index} uid=u${index} spec=x`;
  const identity = readIdentity(line);
  return {
    vmid,
    type: 'qemu',
    node: 'pve1',
    name: `edge-g-${index}`,
    status: 'running',
    template: false,
    tags: ['edge', 'proxwright'],
    macs: [],
    addresses: [],
    config: { description: line },
    ...(identity ? { identity } : {}),
    ...more,
  };
}

/** As facts show a guest whose config cannot be read, or whose line is under another name. */
function bare({ identity: _, config: __, ...rest }: GuestFacts, more: Partial<GuestFacts> = {}): GuestFacts {
  return { ...rest, ...more };
}

function said(text: string, facts: Facts): string[] {
  return planFrom({ text, files: new Map(), facts }).findings.map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
}

function removal(facts: Facts) {
  const { answers: loaded } = loadAnswers([{ name: 'a.yaml', text: answers(2) }], {
    workflows,
    env: {},
    readFile: () => '',
  });
  return destroyCluster(loaded?.jobs[0]?.answers as ClusterAnswers, facts);
}

test('a restored backup beside its guest: neither is touched', () => {
  const facts = { ...lab, guests: [guest(100, 1), guest(500, 1, { node: 'pve3', status: 'stopped' })] };
  const message =
    'error: edge-g-1 is there twice with one and the same line (uid=u1): 100 on pve1, 500 on pve3';
  expect(said(answers(1), facts)).toContain(message);
  expect(removal(facts).findings.map(({ severity, message: text }) => `${severity}: ${text}`)).toEqual([
    message,
  ]);
});

test('a guest that was given another name gets no double', () => {
  const pet = bare(guest(100, 1), { name: 'pet', lineOf: 'edge-g-1' });
  const message =
    'error: edge-g-1 is not there, but its line is in the notes of "pet" (100 on pve1): another one would be its double';
  expect(said(answers(1), { ...lab, guests: [pet] })).toContain(message);
  // A clone beside its original keeps nothing from being done.
  expect(said(answers(1), { ...lab, guests: [pet, guest(101, 1)] })).not.toContain(message);
});

test('what an offline node hides is said, and its Ignition file stays', () => {
  const hidden = bare(guest(101, 2), { node: 'pve2', status: 'unknown' });
  const file = (index: number) => ({
    node: 'pve1',
    storage: 'local',
    path: `/var/lib/vz/snippets/proxwright-edge-g-${index}.ign`,
    sha256: '',
  });
  const facts = { ...offline, guests: [guest(100, 1), hidden], snippets: [file(1), file(2), file(3)] };
  const stays = 'warning: edge-g-2 (101 on pve2) stays for now: pve2 is offline and cannot be asked';
  expect(said(answers(1), facts)).toContain(stays);
  const plan = removal(facts);
  expect(plan.findings.map(({ severity, message }) => `${severity}: ${message}`)).toContain(stays);
  expect(plan.steps.map(({ id }) => id)).toEqual([
    'destroy edge-g-1 (100)',
    'remove /var/lib/vz/snippets/proxwright-edge-g-1.ign on pve1',
    'remove /var/lib/vz/snippets/proxwright-edge-g-3.ign on pve1',
  ]);
});

test('Ignition files of one name in two storages both go, and so do two guests of one name', () => {
  const files = ['/var/lib/vz', '/mnt/pve/nas'].map((folder) => ({
    node: 'pve1',
    storage: folder,
    path: `${folder}/snippets/proxwright-edge-g-2.ign`,
    sha256: '',
  }));
  const twin = guest(500, 2, { identity: { ...guest(500, 2).identity!, uid: 'new' } });
  const facts = { ...lab, guests: [guest(100, 1), guest(101, 2), twin], snippets: files };
  expect(
    planFrom({ text: answers(1), files: new Map(), facts }).steps.flatMap(({ id }) =>
      /edge-g-2/.test(id) ? [id] : [],
    ),
  ).toEqual([
    'shut down edge-g-2 (101)',
    'destroy edge-g-2 (101)',
    'remove /var/lib/vz/snippets/proxwright-edge-g-2.ign on pve1',
    'remove /mnt/pve/nas/snippets/proxwright-edge-g-2.ign on pve1',
    'shut down edge-g-2 (500)',
    'destroy edge-g-2 (500)',
    'remove /var/lib/vz/snippets/proxwright-edge-g-2.ign on pve1',
    'remove /mnt/pve/nas/snippets/proxwright-edge-g-2.ign on pve1',
  ]);
});

test('what waits for a restart is said, a share that is taken away included', () => {
  const config = { ...guest(100, 1).config, cores: '2', cpu: 'host', args: '-virtfs local,path=/srv' };
  const facts = {
    ...lab,
    guests: [guest(100, 1, { config: { ...config, sockets: '1', memory: '512', agent: '1' } })],
  };
  expect(said(answers(1, ', cpu: host'), facts)).toContain(
    'warning: edge-g-1 runs: what changes of args takes effect at the next restart, which is left to you',
  );
  expect(said(answers(1), facts)).toContain(
    'warning: edge-g-1 runs: what changes of args and cpu takes effect at the next restart, which is left to you',
  );
});

test('what a roll left behind is said to be that, and not to be made anew', () => {
  const left = guest(100, 1, { identity: { ...guest(100, 1).identity!, uid: 'old' }, status: 'stopped' });
  const findings = said(answers(1), { ...lab, guests: [guest(101, 1), left] });
  expect(findings).toContain(
    'warning: edge-g-1 (100 on pve1) is left of a roll that was cut off: removed with its disks once the new one answers',
  );
  expect(findings.join()).not.toContain('made anew');
});

test('who may not remove guests is told before anything is removed', () => {
  const access = { user: 'ci@pve!x', root: false, privileges: { '/': ['VM.PowerMgmt'] } };
  const facts = { ...lab, access, guests: [guest(100, 1), guest(101, 2)] };
  expect(removal(facts).findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'error: ci@pve!x lacks VM.Allocate on /vms/101, needed to destroy edge-g-2 (101 on pve1) with its disks',
  ]);
  expect(said(answers(1), facts)).toContain(
    'error: ci@pve!x lacks VM.Allocate on /vms/101, needed to destroy edge-g-2 (101 on pve1) with its disks',
  );
});

test('a guest of another cluster that is called the same: refused, before they share an Ignition file', () => {
  const line = 'proxwright: cluster=edge-g group=x index=1 uid=u9 spec=x';
  const other = { ...guest(500, 1), name: 'edge-g-x-1', identity: readIdentity(line)! };
  const text = answers(1).replace('name: g,', 'name: g-x,');
  expect(said(text, { ...lab, guests: [other] })).toContain(
    'error: edge-g-x-1 is what a guest of edge-g is called, too (500 on pve1): they would share one Ignition file',
  );
  const planned = bare({ ...other, status: 'planned' });
  expect(said(text, { ...lab, guests: [planned] }).filter((one) => one.startsWith('error'))).toHaveLength(1);
});

test('a guest that cannot be seen is not said to be left alone', () => {
  const hidden = bare(guest(101, 2), { node: 'pve2' });
  const findings = said(answers(2), { ...offline, guests: [guest(100, 1), hidden] });
  expect(findings).toContain(
    'error: edge-g-2 may be guest 101 on pve2, which is offline and cannot be asked',
  );
  expect(findings.join()).not.toContain('left alone');
  // A node that left the cluster is listed no more; its configs are, until somebody removes their folder.
  const left = { ...lab, nodes: lab.nodes.filter(({ name }) => name !== 'pve2') };
  expect(said(answers(2), { ...left, guests: [guest(100, 1), hidden] })).toContain(
    'error: edge-g-2 may be guest 101 on pve2, which is offline and cannot be asked',
  );
});

test('a guest that somebody made a template, or a container with our line, is none of ours', () => {
  const beside = (which: string) =>
    `warning: edge-g-1 is made beside guest 100 on pve1, which ${which}: that one is left alone`;
  for (const [more, which] of [
    [{ template: true }, 'somebody made a template'],
    [{ type: 'lxc' as const }, 'is a container with our line'],
  ] as const) {
    const facts = { ...lab, guests: [guest(100, 1, more)] };
    expect(said(answers(1), facts)).toContain(beside(which));
    expect(removal(facts).steps.map(({ id }) => id)).toEqual([]);
    // Beside the guest itself it is its double: steps find guests by their line.
    expect(said(answers(1), { ...lab, guests: [guest(100, 1, more), guest(500, 1)] })).toContain(
      'error: edge-g-1 is there twice with one and the same line (uid=u1): 100 on pve1, 500 on pve1',
    );
  }
});

test('one guest is made anew, whatever pace there could be', () => {
  const text = answers(1).replace('replace: false', 'max_surge: 3, max_unavailable: 2');
  expect(said(text, { ...lab, guests: [guest(100, 1)] }).join()).toContain(
    'edge-g-1 is made anew, since image, network or Ignition changed: the old ones go once the new ones answer',
  );
});

test('a surge that fixed addresses do not allow is not passed over in silence', () => {
  const text = answers(1, ', networks: [{ bridge: vmbr0, ip: 10.0.20.11/24 }]').replace(
    'replace: false',
    'max_surge: 2',
  );
  expect(said(text, { ...lab, guests: [guest(100, 1)] }).join()).toContain('max_surge does not count here');
});

test('what somebody did to keep a guest, or put into it, is said before it is removed', () => {
  const template = guest(9000, 9, {
    template: true,
    name: 'flatcar',
    config: { scsi0: 'ssd:base-9000-disk-0' },
  });
  const { identity: _, ...golden } = template;
  const config = (more: Record<string, string>) => ({
    base: 9000,
    config: {
      ...guest(101, 2).config!,
      tags: 'proxwright;edge',
      scsi0: 'ssd:base-9000-disk-0/vm-101-disk-0',
      ...more,
    },
  });
  const messages = (more: Record<string, string>) => {
    const facts = { ...lab, guests: [guest(100, 1), guest(101, 2, config(more)), golden] };
    const found = said(answers(1), facts).filter((one) => /edge-g-2 \(101/.test(one));
    expect(removal(facts).findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(found);
    return found;
  };
  expect(messages({})).toEqual([]);
  expect(messages({ protection: '1' })).toEqual([
    'error: edge-g-2 (101 on pve1) would be removed, but somebody protected it from removal',
  ]);
  expect(messages({ tags: 'keep' })).toEqual([
    'error: edge-g-2 (101 on pve1) would be removed, but it has no longer the tag proxwright: somebody took it away, as if to keep the guest',
  ]);
  expect(messages({ tags: ' ' })).toEqual([]);
  expect(
    messages({
      scsi3: 'big:vm-101-disk-1,cache=none,size=500G',
      unused0: 'big:vm-101-disk-2',
      ide2: 'local:iso/x.iso,media=cdrom',
    }),
  ).toEqual([
    'warning: edge-g-2 (101 on pve1) has disks that it was not made with, and that are removed with it: scsi3 (big:vm-101-disk-1,size=500G), unused0 (big:vm-101-disk-2)',
  ]);
  // So of a guest that is made anew.
  const old = guest(100, 1, { config: { ...guest(100, 1).config!, protection: '1' } });
  expect(said(answers(1).replace('replace: false', 'pause: 0'), { ...lab, guests: [old] })).toContain(
    'error: edge-g-1 (100 on pve1) would be removed, but somebody protected it from removal',
  );
});

test('a kubeconfig that was fetched outlives its cluster, and that is said', () => {
  const text = `version: 1
clusters:
  - name: edge
    preset: k3s
    preset_options: { kubeconfig: /root/my edge.kubeconfig }
    groups: [{ name: server, count: 1, memory: 2048, networks: [{ bridge: vmbr0, ip: 10.0.20.11/24 }] }]
`;
  const loaded = loadAnswers([{ name: 'a.yaml', text }], { workflows, env: {}, readFile: () => '' });
  const edge = loaded.answers?.jobs[0]?.answers as ClusterAnswers;
  expect(destroyCluster(edge, { ...lab, guests: [guest(100, 1)] }).findings).toContainEqual({
    severity: 'info',
    path: 'preset_options.kubeconfig',
    message:
      'the kubeconfig of edge stays on this machine, if it was fetched, and leads nowhere any more: /root/my edge.kubeconfig',
    fix: "rm -f -- '/root/my edge.kubeconfig'",
  });
  expect(destroyCluster(edge, { ...lab, guests: [] }).findings).toEqual([]);
});

test('Ignition files stay in the storage that they are in, though another one has more room by now', () => {
  const rows = lab.storages.filter(({ storage }) => storage === 'local');
  const nas = rows.map((row) => ({
    ...row,
    storage: 'nas',
    path: '/mnt/pve/nas',
    content: ['import', 'snippets'],
    avail: row.avail * 2,
  }));
  const local = rows.map((row) => ({ ...row, content: [...row.content, 'snippets'] }));
  const others = lab.storages.filter(({ storage }) => storage !== 'local');
  const written = (guests: readonly GuestFacts[], snippets: Facts['snippets']) => {
    const facts = { ...lab, storages: [...others, ...local, ...nas], guests, snippets };
    const { steps } = planFrom({ text: answers(1), files: new Map(), facts });
    return [...new Set(steps.flatMap(({ args }) => (args as { path?: string }).path ?? []))];
  };
  const file = {
    node: 'pve1',
    storage: 'local',
    path: '/var/lib/vz/snippets/proxwright-edge-g-1.ign',
    sha256: '',
  };
  expect(written([guest(100, 1)], [file])).toEqual([file.path]);
  expect(written([], [])).toEqual(['/mnt/pve/nas/snippets/proxwright-edge-g-1.ign']);
});

test('a storage for snippets that a node lacks is named with that node', () => {
  const storages = lab.storages.filter(({ node, storage }) => !(node === 'pve3' && storage === 'local'));
  const text = answers(1).replace('update:', 'snippets: local\n    update:');
  expect(said(text, { ...lab, storages }).join()).toContain('storage local cannot hold snippets on pve3');
});
