import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleAgent } from '../test/system/kea-bundle.ts';
import { Lab, whyNot } from '../test/system/kea-lab.ts';
import { startProbing } from '../test/system/kea-probing.ts';
import type { Line } from './measure.ts';

/** Requests a second of the guests that are not changed. */
const RATE = 200;
const CHANGES = 50;
const IDLE_MS = 60_000;

/**
 * The Kea agent against a real Kea and real packets: how long a change takes until it is OFFERed, whether other guests
 * notice, and what 10,000 guests cost. Needs root, and what the system tests need.
 */
export async function kea(): Promise<Line[]> {
  const reason = whyNot();
  if (reason) throw new Error(`the Kea benchmark cannot run here: ${reason}`);
  const folder = mkdtempSync(join(tmpdir(), 'proxwright-kea-bench-'));
  try {
    // As it is installed: Node's type stripping alone takes 30 MiB.
    const program = await bundleAgent(folder);
    return [
      ...changeLines(await changeToOffer(program, CHANGES)),
      ...manyLines(await manyGuests(program, 10_000)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function changeLines({ p50, p99, sent, lost }: Awaited<ReturnType<typeof changeToOffer>>): Line[] {
  return [
    {
      what: 'Kea: config changed to OFFER, 200 guests',
      figures: `p50 ${p50} ms, p99 ${p99} ms`,
      budget: 'p50 ≤ 90 ms, p99 ≤ 150 ms',
      kept: p50 <= 90 && p99 <= 150,
    },
    {
      what: `Kea: other guests' packets lost in ${CHANGES} changes`,
      figures: `${lost} of ${sent}`,
      budget: '0',
      kept: lost === 0,
    },
  ];
}

function manyLines({ start, change, idlePercent, rssMiB }: Awaited<ReturnType<typeof manyGuests>>): Line[] {
  const slowest = Math.max(...change);
  const line = (what: string, figures: string, [budget, kept]: [string, boolean]): Line => ({
    what: `Kea: 10,000 guests, ${what}`,
    figures,
    budget,
    kept,
  });
  return [
    line('start', `${start} ms`, ['≤ 3 s', start <= 3_000]),
    line('config changed to OFFER', `${slowest} ms at most`, ['≤ 600 ms', slowest <= 600]),
    line('idle CPU', `${idlePercent} % of a core`, ['≤ 0.5 %', idlePercent <= 0.5]),
    line('memory of the agent', `${rssMiB} MiB`, ['≤ 120 MB', rssMiB * 1.048576 <= 120]),
  ];
}

/** 200 guests on one bridge; one of them gets a new address, again and again, while the others ask for theirs. */
async function changeToOffer(program: string, count: number) {
  const lab = new Lab();
  lab.program = program;
  try {
    for (let guest = 0; guest < 200; guest += 1) lab.conf(100 + guest, conf(lab.bridge, guest, 0));
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'the agent serves');
    const macs = Array.from({ length: 200 }, (_, guest) => macOf(guest));
    const probing = await startProbing(lab, { rate: RATE, macs });
    await sleep(1_000);
    const times: number[] = [];
    for (let change = 1; change <= count; change += 1) {
      const guest = (change * 7) % 200;
      const before = process.hrtime.bigint();
      lab.conf(100 + guest, conf(lab.bridge, guest, change));
      const at = await probing.chase(macOf(guest), addressOf(guest, change));
      times.push(Number(at - before) / 1e6);
      await sleep(200 + (change % 7) * 10);
    }
    const { sent, lost } = await probing.end();
    times.sort((a, b) => a - b);
    const percentile = (share: number): number =>
      Math.round(times[Math.ceil(times.length * share) - 1] as number);
    return { p50: percentile(0.5), p99: percentile(0.99), sent, lost };
  } finally {
    await lab.end();
  }
}

/** Ten thousand guests of one node, on one bridge as the worst case. */
async function manyGuests(program: string, count: number) {
  const lab = new Lab();
  lab.program = program;
  try {
    for (let guest = 0; guest < count; guest += 1) lab.conf(100 + guest, conf(lab.bridge, guest, 0));
    let before = performance.now();
    await lab.startAgent();
    await lab.until(({ networks }) => networks[0]?.state === 'serving', 'the agent serves');
    const start = performance.now() - before;
    const probing = await startProbing(lab, { rate: 0, macs: [] });
    const times: number[] = [];
    for (let change = 1; change <= 5; change += 1) {
      const at = process.hrtime.bigint();
      lab.conf(100 + change, conf(lab.bridge, change, change));
      times.push(Number((await probing.chase(macOf(change), addressOf(change, change))) - at) / 1e6);
      await sleep(500);
    }
    await probing.end();
    const pid = lab.agent?.pid as number;
    await sleep(3_000);
    const ticks = cpuTicks(pid);
    before = performance.now();
    await sleep(IDLE_MS);
    const idle = ((cpuTicks(pid) - ticks) * 10) / (performance.now() - before);
    return {
      start: Math.round(start),
      change: times.map(Math.round),
      idlePercent: Number((idle * 100).toFixed(2)),
      rssMiB: Math.round(rss(pid) / 1024),
    };
  } finally {
    await lab.end();
  }
}

function conf(bridge: string, guest: number, change: number): string {
  return (
    `name: guest-${guest}\nmemory: 2048\nnet0: virtio=${macOf(guest).toUpperCase()},bridge=${bridge}\n` +
    `ipconfig0: ip=${addressOf(guest, change)}/16,gw=10.80.0.1\nnameserver: 10.80.0.1\nsearchdomain: lab.example\n`
  );
}

function macOf(guest: number): string {
  return `bc:24:11:${[guest >> 16, (guest >> 8) & 255, guest & 255].map((octet) => octet.toString(16).padStart(2, '0')).join(':')}`;
}

/** Each guest has addresses of its own, so that no change takes another guest's. */
function addressOf(guest: number, change: number): string {
  const host = change === 0 ? 256 + guest : 40_000 + change;
  return `10.80.${host >> 8}.${host & 255}`;
}

/** User and system time in hundredths of a second: fields 14 and 15 of proc(5). */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function rss(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}
