import type { DoctorEvent, DoctorItem, DoctorJob, DoctorSession } from '../../../src/view/doctor/session.ts';
import {
  type DoctorChange,
  type DoctorState,
  newDoctor,
  reduceDoctor,
} from '../../../src/view/doctor/state.ts';

export const nodes = ['pve1', 'pve2', 'pve3'];

/** What one check says of one node; `''` of the cluster. */
export function item(id: string, node: string, more: Partial<DoctorItem> = {}): DoctorItem {
  const group = id.startsWith('NET') ? 'network' : id.startsWith('KEA') ? 'kea' : 'node';
  return {
    ref: `${id} ${node} 0`,
    ...{ id, group, title: `Title of ${id}`, why: `why of ${id}`, looksAt: `/etc/${id}`, seen: true },
    node: node || undefined,
    severity: 'pass',
    message: 'as it should be',
    ...more,
  };
}

/** As {@link item}, wrong, with a file to change. */
export function illItem(id: string, node: string, more: Partial<DoctorItem> = {}): DoctorItem {
  return item(id, node, {
    severity: 'fail',
    message: 'its name is on 127.0.1.1',
    fix: { text: 'put it on its address', command: 'nano /etc/hosts' },
    url: 'https://pve.example/hosts',
    changes: [
      { kind: 'head', text: `/etc/hosts    (on ${node})` },
      { kind: 'same', text: ' 127.0.0.1 localhost' },
      { kind: 'removed', text: `-127.0.1.1 ${node}` },
      { kind: 'added', text: `+192.168.1.11 ${node}` },
    ],
    ...more,
  });
}

export function jobOf({ id, group, title, node }: DoctorItem): DoctorJob {
  return { key: `${id} ${node ?? ''}`, id, group, title };
}

/** The events of a look that finds these, in their order. */
export function eventsOf(items: readonly DoctorItem[]): DoctorEvent[] {
  return [
    { type: 'look-began', nodes, jobs: items.map(jobOf) },
    ...items.map((one): DoctorEvent => ({ type: 'spoke', job: jobOf(one).key, items: [one] })),
    { type: 'look-ended', took: 1_400, capabilities },
  ];
}

export const capabilities = [
  { section: 'clusters', title: 'Flatcar clusters', missing: [], unknown: [] },
  { section: 'kea', title: 'DHCP by Kea', missing: ['KEA-AGENT'], unknown: [] },
] as const;

export function stateOf(...changes: readonly DoctorChange[]): DoctorState {
  return changes.reduce(reduceDoctor, newDoctor);
}

/** After a look that found these. */
export function seen(...items: readonly DoctorItem[]): DoctorState {
  return stateOf({ type: 'look-asked' }, ...eventsOf(items));
}

export interface FakeDoctor extends DoctorSession {
  calls: string[];
  /** What the nodes are like; mending makes an item of it pass. */
  items: DoctorItem[];
  /** Looks end only when this is called. */
  release: () => void;
}

/** A session's doctor without nodes. `held`: looks speak of all but their last check, and wait. */
export function fakeDoctor(
  items: readonly DoctorItem[],
  { held = false, fails = '' }: { held?: boolean; fails?: string } = {},
): FakeDoctor {
  let hold = held;
  let go = () => {};
  const doctor: FakeDoctor = {
    calls: [],
    items: [...items],
    release() {
      hold = false;
      go();
    },
    async look({ only, onEvent, signal }) {
      doctor.calls.push(only ? `look ${only.join(',')}` : 'look');
      if (fails) throw new Error(fails);
      const wanted = doctor.items.filter(({ id }) => !only || only.includes(id));
      const [began, ...rest] = eventsOf(wanted);
      if (began) onEvent(began);
      for (const event of rest.slice(0, -2)) onEvent(event);
      if (hold) {
        await new Promise<void>((resolve) => {
          go = resolve;
          signal.addEventListener('abort', () => resolve());
        });
      }
      for (const event of rest.slice(-2)) onEvent(event);
    },
    async mend(refs, { onEvent, signal }) {
      for (const ref of refs) {
        if (signal.aborted) return;
        doctor.calls.push(`mend ${ref}`);
        onEvent({ type: 'mend-began', ref });
        if (hold) await new Promise<void>((resolve) => (go = resolve));
        const at = doctor.items.findIndex((one) => one.ref === ref);
        const ill = doctor.items[at];
        if (!ill) continue;
        if (ill.id.endsWith('STUBBORN')) {
          const why = 'systemctl: no such unit';
          onEvent({ type: 'mend-ended', ref, outcome: { status: 'failed', why, left: [] } });
          continue;
        }
        doctor.items[at] = item(ill.id, ill.node ?? '');
        const backups = ['/var/lib/proxwright/backups/20260301-101530/etc/hosts'];
        onEvent({ type: 'mend-ended', ref, outcome: { status: 'mended', backups } });
      }
    },
  };
  return doctor;
}
