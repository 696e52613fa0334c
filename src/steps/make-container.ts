import { RunError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { must } from './agent-place.ts';
import { confPath, destroyOurContainer, isHalfMade, isOurContainer, readConf } from './our-container.ts';
import type { GuestPlace, GuestRef } from './our-guest.ts';

export interface MakeContainerArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  template: string;
  /** Options of `pct create`, without dashes. */
  options: Readonly<Record<string, string | number>>;
  /** Raw lines of LXC for its configuration, which no option of `pct` has. */
  lines: readonly string[];
}

type Receipt = GuestPlace & Record<string, string | number>;

/** Makes a container with raw LXC lines. Its id is taken by making it: where it is taken, the next one. */
export const makeContainer: Verb<MakeContainerArgs, Receipt> = {
  name: 'make-container',

  calls(args): Call[] {
    const { guest, lines } = args;
    return [
      { node: guest.node, argv: create(args, guest.vmid) },
      {
        node: guest.node,
        file: confPath(guest),
        mode: '0640',
        content: `… as pct wrote it\n${lines.join('\n')}\n`,
      },
    ];
  },

  check({ guest }, facts) {
    const there = facts.guests.find((other) => other.type === 'lxc' && other.identity?.uid === guest.uid);
    if (!there) return { needed: true };
    const receipt = { vmid: there.vmid, node: there.node };
    return { needed: false, why: `is there as ${there.vmid}`, receipt };
  },

  async apply(args, context) {
    const { node } = args.guest;
    const host = context.host(node);
    const vmid = await takeId(args, host, context);
    await addLines(host, { node, vmid }, args.lines);
    return { vmid, node };
  },

  async find({ guest, lines }, context) {
    const host = context.host(guest.node);
    for (const note of context.attempt.notes) {
      const place = { vmid: (note as { vmid: number }).vmid, node: guest.node };
      let conf = await readConf(host, place);
      // Another process's `pct create` may still be at it.
      for (let waits = 0; conf && isHalfMade(conf) && waits < MOST_WAITS; waits++) {
        await context.sleep(2_000);
        conf = await readConf(host, place);
      }
      if (conf === undefined || !isOurContainer(conf, guest.uid)) continue;
      if (isHalfMade(conf)) {
        await destroyOurContainer({ ...guest, ...place }, context);
        continue;
      }
      await addLines(host, place, lines);
      return { ...place };
    }
    return undefined;
  },

  undo: ({ guest }, receipt, context) => destroyOurContainer({ ...guest, ...receipt }, context),
};

/** Unpacking a template of 130 MB takes a slow disk half a minute. */
const MOST_WAITS = 60;
const MOST_TRIES = 200;

function create({ template, options }: MakeContainerArgs, vmid: number): string[] {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return ['pct', 'create', String(vmid), template, ...words];
}

async function takeId(args: MakeContainerArgs, host: Host, context: StepContext): Promise<number> {
  const known = new Set(context.facts.guests.map((guest) => guest.vmid));
  let vmid = args.guest.vmid;
  for (let tries = 0; tries < MOST_TRIES; tries++, vmid++) {
    while (known.has(vmid)) vmid++;
    await context.note({ vmid });
    const argv = create(args, vmid);
    const { exitCode, stderr } = await host.run(argv, { timeout: 600_000, signal: context.signal });
    if (exitCode === 0) return vmid;
    if (/already exists/.test(stderr)) continue;
    // What it made until then is taken away, so that another attempt finds nothing.
    const conf = await readConf(host, { node: host.node, vmid });
    if (conf !== undefined && isOurContainer(conf, args.guest.uid))
      await destroyOurContainer({ ...args.guest, vmid }, context);
    await must({ ...host, run: async () => ({ exitCode, stderr, stdout: '' }) }, argv);
  }
  throw new RunError(`${MOST_TRIES} guest ids from ${args.guest.vmid} on are taken`, {
    fix: 'give another id: vmid: …',
  });
}

/** Before the first snapshot's section; what is there already stays as it is. */
async function addLines(host: Host, place: GuestPlace, lines: readonly string[]): Promise<void> {
  const conf = (await readConf(host, place)) ?? '';
  const have = new Set(conf.split('\n'));
  const missing = lines.filter((line) => !have.has(line));
  if (missing.length === 0) return;
  const at = /^\[/m.exec(conf)?.index ?? conf.length;
  const head = conf.slice(0, at).replace(/\n*$/, '\n');
  const text = `${head}${missing.join('\n')}\n${conf.slice(at)}`;
  await host.write(confPath(place), text, { mode: 0o640 });
}
