import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare, refuseErrors } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { Call } from '../../src/plan/step.ts';
import type { Params } from '../../src/pve/pve.ts';
import { envIn } from '../system/environment.ts';
import { hasSchema, problemsOf, routeOf, type SentRequest } from './real-schema.ts';
import { open, recording } from './recording.ts';

const networks = `
      - { bridge: vmbr0, ip: 192.168.1.50/24, gateway: 192.168.1.1, dns: [192.168.1.1], firewall: true, mtu: 1400 }
      - { bridge: vmbr0, tag: 20, ip: dhcp, model: e1000 }
      - { bridge: vmbr0, ip: "fd00::11/64", gateway: "fd00::1" }`;

/** Every way that a cluster can be made: both transports, linked and full clones, a pool, storages to open. */
const answers = (change: { cores: number }): string => `version: 1
clusters:
  - name: one
    nodes: [pve1, pve2]
    pool: one
    ha: { enabled: true, anti_affinity: true, max_restart: ${change.cores} }
    groups:
    - name: g
      count: 2
      cores: ${change.cores}
      memory: 512
      disk: 12G
      tags: [k3s]
      virtiofs: [{ path: /srv/data, tag: data, cache: never, direct_io: true }, { path: "/srv/it's", tag: media }]
      hookscripts: [local:snippets/notify.pl]
      networks:${networks}
  - name: two
    image: flatcar-beta
    nodes: [pve1]
    storage: local-lvm
    snippets: local
    clone: full
    onboot: false
    ignition: { transport: fw_cfg }
    groups: [{ name: g, count: 1, memory: 512, description: "two lines\\nand more: 100 %", networks: [{ bridge: vmbr1 }], plan9: [{ path: "/srv/it's", tag: nine }] }]
`;

const sent: SentRequest[] = [];
const planned: Call[] = [];

describe.skipIf(!hasSchema)('requests of a cluster run (skipped without ../shared/pve)', () => {
  let home: string;
  let target: OpenedTarget;
  let close: () => Promise<void>;
  let left: { id: string; map: string[] }[];

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'proxwright-requests-'));
    const env = envIn(home);
    const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
    const opened = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
    target = { ...opened, pve: recording(opened.pve, sent) };
    close = async () => {
      await opened.close();
      await server.close();
    };
    const file = path.join(home, 'answers.yaml');
    const options = { target, env, emit: () => {}, signal: env.signal };
    const carryOut = async (text: string, goal: 'apply' | 'destroy'): Promise<string> => {
      writeFileSync(file, text);
      const prepared = await prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
      refuseErrors(prepared.plan);
      planned.push(...prepared.steps.flatMap((step) => step.calls));
      const outcome = await runPlan(prepared, prepared.facts, options);
      expect(outcome.status).toBe('ok');
      return outcome.run;
    };
    await target.pve.put('/storage/local', { content: 'iso,vztmpl,backup' });
    for (const node of ['pve1', 'pve2']) {
      const host = target.host(node);
      await host?.run(['mkdir', '-p', '/srv/data', "/srv/it's", '/var/lib/vz/snippets']);
      await host?.write('/var/lib/vz/snippets/notify.pl', '#!/usr/bin/perl\n', { mode: 0o755 });
    }
    // Somebody else's, of one node only.
    await target.pve.post('/cluster/mapping/dir', { id: 'media', map: ["node=pve1,path=/srv/it's"] });
    sent.length = 0;
    const made = await carryOut(answers({ cores: 2 }), 'apply');
    const changed = await carryOut(answers({ cores: 3 }), 'apply');
    expect(await undoRun(changed, options)).toMatchObject({ status: 'ok' });
    expect(await undoRun(made, options)).toMatchObject({ status: 'ok' });
    await carryOut(answers({ cores: 2 }), 'apply');
    await carryOut(answers({ cores: 2 }), 'destroy');
    left = await target.pve.get('/cluster/mapping/dir');
  }, 120_000);

  afterAll(async () => {
    await close();
    rmSync(home, { recursive: true });
  });

  it('would be taken by a real node, each by its own schema', () => {
    expect([...new Set(sent.flatMap(problemsOf))]).toEqual([]);
  });

  it('cover the whole life of a cluster', () => {
    const routes = new Set(
      sent.filter(({ method }) => method !== 'GET').map(({ method, path: at }) => `${method} ${routeOf(at)}`),
    );
    expect([...routes].sort()).toEqual([
      'DELETE /cluster/ha/resources/{sid}',
      'DELETE /cluster/ha/rules/{rule}',
      'DELETE /cluster/mapping/dir/{id}',
      'DELETE /nodes/{node}/qemu/{vmid}',
      'DELETE /nodes/{node}/storage/{storage}/content/{volume}',
      'DELETE /pools',
      'POST /cluster/ha/resources',
      'POST /cluster/ha/rules',
      'POST /cluster/mapping/dir',
      'POST /nodes/{node}/qemu',
      'POST /nodes/{node}/qemu/{vmid}/clone',
      'POST /nodes/{node}/qemu/{vmid}/status/start',
      'POST /nodes/{node}/qemu/{vmid}/status/stop',
      'POST /nodes/{node}/qemu/{vmid}/template',
      'POST /nodes/{node}/storage/{storage}/download-url',
      'POST /pools',
      'PUT /cluster/ha/resources/{sid}',
      'PUT /cluster/mapping/dir/{id}',
      'PUT /nodes/{node}/qemu/{vmid}/config',
      'PUT /nodes/{node}/qemu/{vmid}/resize',
      'PUT /storage/{storage}',
    ]);
  });

  it('leave somebody else’s directory mapping, and none of ours', () => {
    const map = ['pve1', 'pve2'].map((node) => `node=${node},path=/srv/it's`);
    expect(left.map(({ id, map: entries }) => ({ id, map: entries }))).toEqual([{ id: 'media', map }]);
  });

  it('that a plan shows would be taken as well', () => {
    const calls = planned.filter((call) => 'method' in call);
    expect(calls.length).toBeGreaterThan(20);
    const problems = calls.flatMap(({ method, path: at, params = {} }) =>
      problemsOf({ method, path: at, params: open(params as Params) }),
    );
    expect([...new Set(problems)]).toEqual([]);
  });
});

describe.skipIf(!hasSchema)('the check itself (skipped without ../shared/pve)', () => {
  const config = '/nodes/pve1/qemu/100/config';
  it.each([
    ['GET', '/nodes/pve1/nothing', {}, 'is no route'],
    ['PUT', config, { colour: 'red' }, 'colour is not known'],
    ['PUT', config, { memory: 'much' }, 'memory.current="much"'],
    ['PUT', config, { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,vlan=2' }, 'the key of "vlan=2"'],
    ['PUT', config, { net0: 'virtio=BC:24:11:00:00:01,tag=5000' }, 'too large'],
    ['PUT', config, { tags: 'a b;-c' }, 'is no pve-tag-list'],
    [
      'POST',
      '/cluster/ha/rules',
      { rule: 'a1', type: 'node-affinity', resources: 'vm:100' },
      'nodes is missing',
    ],
    ['POST', '/cluster/ha/rules', { rule: 'a1', type: 'neither' }, 'type="neither" is none of'],
    ['PUT', config, { virtiofs0: 'data,cache=sometimes' }, 'cache'],
    ['POST', '/cluster/mapping/dir', { id: 'data', map: ['path=/srv/data'] }, 'node'],
    ['POST', '/nodes/pve1/qemu/100/clone', {}, 'newid is missing'],
    ['POST', '/nodes/pve1/storage/local/download-url', { checksum: 'ab' }, 'wants checksum-algorithm'],
  ])('%s %s %j: %s', (method, at, params, problem) => {
    expect(problemsOf({ method, path: at, params }).join('\n')).toContain(problem);
  });
});
