import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resumeRun, undoRun } from '../../src/commands/running/run-plan.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { everyTwentieth } from './every-twentieth.ts';
import { buildKillChild } from './kill-child-build.ts';
import { withRollWorld } from './roll-world.ts';

const run = promisify(execFile);

let child: string;
beforeAll(async () => {
  child = await buildKillChild('roll');
});
afterAll(() => rmSync(child));

const scaled = (count: number): string => `version: 1
clusters:
  - name: tide
    groups: [{ name: g, count: ${count}, memory: 256 }]
`;

test('from 3 guests to 30 and to 5, every twentieth call failing: none is missing that is to stay', async () => {
  await withRollWorld('tide', { faults: everyTwentieth }, async ({ apply, plan, guests, foreign, watch }) => {
    const before = foreign();
    expect(before.size).toBe(2);
    expect(await apply(scaled(3))).toMatchObject({ status: 'ok' });
    const first = guests();
    expect(first).toHaveLength(3);

    let seen = watch();
    expect(await apply(scaled(30))).toMatchObject({ status: 'ok', failed: 0 });
    expect(seen().fewestUp).toBe(3);
    expect(guests().map(({ name }) => name)).toHaveLength(30);
    expect(guests()).toEqual(expect.arrayContaining(first));

    seen = watch();
    expect(await apply(scaled(5))).toMatchObject({ status: 'ok', failed: 0 });
    expect(seen().fewestUp).toBe(5);
    expect(
      guests()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5].map((number) => `tide-g-${number}`));
    expect(guests()).toEqual(expect.arrayContaining(first));
    expect(foreign()).toEqual(before);
    expect((await plan(scaled(5))).steps.filter((step) => step.needed)).toEqual([]);
  });
}, 120_000);

const rolled = (version: number, more: string): string => `version: 1
clusters:
  - name: tide
    ${more}
    groups:
      - name: g
        count: 20
        memory: 256
        ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: /v${version} }] } }
`;

test('20 guests replaced two beside and one instead, every twentieth call failing, killed in the middle', async () => {
  const pace = 'update: { max_surge: 2, max_unavailable: 1 }';
  await withRollWorld('tide', { faults: everyTwentieth }, async (world) => {
    const { apply, guests, foreign, watch, env, options, home, answersFile } = world;
    expect(await apply(rolled(1, pace))).toMatchObject({ status: 'ok' });
    const before = foreign();
    const old = guests();
    const planned = await world.plan(rolled(2, pace));
    expect(planned.plan.findings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('and 17 more are made anew, 3 at a time'),
    );

    const seen = watch();
    const killed = await run(process.execPath, [child, home, answersFile, 'after', '150']).catch(
      (error) => error,
    );
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    const halfway = guests();
    expect(halfway.some(({ uid }) => old.every((guest) => guest.uid !== uid))).toBe(true);
    expect(halfway.some(({ uid }) => old.some((guest) => guest.uid === uid))).toBe(true);
    const id = newestRun(home);
    const after = { ...env, isAlive: (pid: number) => pid === process.pid };
    expect(await resumeRun(id, { ...options, env: after })).toMatchObject({ status: 'ok', failed: 0 });
    const { fewestUp, most } = seen();
    expect(fewestUp).toBeGreaterThanOrEqual(19);
    expect(most).toBeLessThanOrEqual(22);

    expect(guests()).toHaveLength(20);
    expect(new Set(guests().map(({ name }) => name)).size).toBe(20);
    expect(guests().filter(({ uid }) => old.some((guest) => guest.uid === uid))).toEqual([]);
    expect(foreign()).toEqual(before);
    expect((await world.plan(rolled(2, pace))).steps.filter((step) => step.needed)).toEqual([]);
  });
}, 120_000);

const fixed = (version: number): string => `version: 1
clusters:
  - name: tide
    vmid: 9100
    wait: { timeout: 8 }
    groups:
      - name: g
        count: 5
        memory: 256
        networks: [{ bridge: vmbr0, ip: 10.0.20.11/24 }]
        ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: /v${version} }] } }
`;

test('a new guest that does not answer stops the roll; it is taken back, or gone on with by other answers', async () => {
  // The third new one: the first five ids are those of the old ones.
  const deaf: FaultRule = {
    match: { path: '/qemu/9107/agent/' },
    kind: 'status',
    status: 500,
    text: 'QEMU guest agent is not running',
  };
  await withRollWorld('tide', { faults: [deaf] }, async (world) => {
    const { apply, guests, watch, options, home, plan } = world;
    expect(await apply(fixed(1))).toMatchObject({ status: 'ok' });
    const old = guests();
    const byName = (name: string) => guests().filter((guest) => guest.name === name);

    const seen = watch();
    expect(await apply(fixed(2))).toMatchObject({ status: 'failed', failed: 1 });
    expect(seen().fewestUp).toBe(4);
    // Two are new, the third has its old one beside it, and nobody has touched the others.
    expect(
      guests()
        .map(({ vmid }) => vmid)
        .sort(),
    ).toEqual([9102, 9103, 9104, 9105, 9106, 9107]);
    expect(byName('tide-g-3')).toHaveLength(2);

    // Back: the old third runs again, the new third is gone; what is replaced cannot be brought back.
    expect(await undoRun(newestRun(home), options)).toMatchObject({ status: 'ok', failed: 0, unchanged: 2 });
    expect(
      guests()
        .map(({ vmid }) => vmid)
        .sort(),
    ).toEqual([9102, 9103, 9104, 9105, 9106]);
    expect(byName('tide-g-3')).toMatchObject([
      { vmid: 9102, uid: old.find(({ name }) => name === 'tide-g-3')?.uid },
    ]);
    await expect.poll(() => byName('tide-g-3')[0]?.isUp).toBe(true);

    // On, with answers of a third kind: all five are made anew, none of them as 9107.
    expect(await apply(fixed(3).replace('vmid: 9100', 'vmid: 9120'))).toMatchObject({
      status: 'ok',
      failed: 0,
    });
    expect(
      guests()
        .map(({ vmid }) => vmid)
        .sort(),
    ).toEqual([9120, 9121, 9122, 9123, 9124]);
    expect(
      (await plan(fixed(3).replace('vmid: 9100', 'vmid: 9120'))).steps.filter(({ needed }) => needed),
    ).toEqual([]);
  });
}, 120_000);

const both = (version: number): string => {
  const butane = `{ variant: flatcar, version: 1.0.0, storage: { files: [{ path: /v${version}, contents: { inline: "\${vm_id}" } }] } }`;
  const group = `{ name: g, count: 2, memory: 256, butane: ${JSON.stringify(`${butane}\n`)} }`;
  return `version: 1\nclusters:\n  - { name: tide, groups: [${group}] }\n  - { name: ebb, groups: [${group}] }\n`;
};

test('two clusters of one file, rolled at once, ask for no id of each other', async () => {
  await withRollWorld('tide', {}, async ({ apply, plan }) => {
    expect(await apply(both(1))).toMatchObject({ status: 'ok' });
    const { plan: rolled } = await plan(both(2));
    const ids = rolled.guests.map(({ vmid }) => vmid);
    expect(rolled.guests.map(({ change }) => change)).toEqual(Array(4).fill('replace'));
    expect(new Set(ids).size).toBe(4);
    expect(await apply(both(2))).toMatchObject({ status: 'ok', failed: 0 });
  });
}, 60_000);

/** The last run's journal, by its name, which begins with the time. */
function newestRun(home: string): string {
  const journals = readdirSync(path.join(home, 'runs/runs')).filter((name) => name.endsWith('.jsonl'));
  return journals.sort().at(-1)?.replace('.jsonl', '') ?? '';
}
