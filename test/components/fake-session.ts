import { TargetError, UsageError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { KeaReading } from '../../src/view/kea/reading.ts';
import type { Answers, RunSummary, Session } from '../../src/view/session.ts';
import { facts } from './fake-facts.ts';
import { questions } from './fake-questions.ts';
import { perform, planFor } from './fake-run.ts';

export interface FakeOptions {
  kind?: Session['target']['kind'];
  /** Milliseconds between two events of a run. */
  pace?: number;
  /** The first so many readings of facts fail. */
  unreachable?: number;
  /** The start of the second guest fails, until the run is resumed. */
  fails?: boolean;
  runs?: readonly RunSummary[];
  /** What the journal of any run holds. */
  journal?: readonly RunEvent[];
  /** Asked before the facts are read; without a yes they are not. */
  question?: string;
  remarks?: readonly string[];
  /** Files that are there. */
  files?: readonly string[];
  /** What the Kea agents of the nodes say, one after the other; the last one stays. */
  kea?: readonly (KeaReading | Error)[];
  /** Puts an error among the plan's findings. */
  planError?: boolean;
  /** The plan makes a guest anew. */
  replaces?: boolean;
}

export interface FakeSession extends Session {
  /** What was asked of it, in order. */
  calls: string[];
  saved: Answers[];
}

/** The edge that the terminal UI talks to: three nodes, one workflow, runs that tell what real ones tell. */
export function fakeSession(options: FakeOptions = {}): FakeSession {
  const { kind = 'sandbox', pace = 0 } = options;
  const calls: string[] = [];
  const saved: Answers[] = [];
  let looks = 0;
  let unreachable = options.unreachable ?? 0;
  let ask = async (_question: string) => false;
  return {
    calls,
    saved,
    target: { kind, label: kind === 'sandbox' ? 'sandbox' : 'pve1.lab', release: '9.2', nodes: 3 },
    version: '0.1.0',
    workflows: [
      { id: 'cluster', title: 'Flatcar cluster', summary: 'several guests from Butane, with shares' },
      { id: 'vm', title: 'Guest from cloud image', summary: 'one or many, cloud-init' },
      { id: 'template', title: 'Template', summary: 'on one node or all' },
      { id: 'kea', title: 'DHCP setup', summary: 'by Kea: guests get the address in their config' },
      { id: 'maas-image', title: 'MAAS image', summary: 'build Proxmox VE for bare metal' },
      { id: 'access', title: 'API access', summary: 'role and token, least privilege' },
    ],
    async facts() {
      calls.push('facts');
      if (options.question && !(await ask(options.question)))
        throw new TargetError('the host key is unknown');
      if (unreachable > 0) {
        unreachable -= 1;
        throw new TargetError('no answer', {
          where: 'pve1.lab:8006',
          why: 'connection refused',
          fix: 'see that pveproxy is running: systemctl status pveproxy',
        });
      }
      return facts;
    },
    questions: () => questions,
    check(_workflow, answers, { complete }) {
      const issues = [];
      const name = answers.name;
      if (typeof name === 'string' && !/^[a-z][a-z0-9-]*$/.test(name)) {
        issues.push({
          severity: 'error' as const,
          path: 'name',
          message: `"${name}" is no name for guests: small letters, digits and hyphens, a letter first.`,
        });
      }
      const groups = Array.isArray(answers.groups) ? answers.groups : [];
      groups.forEach((group, at) => {
        if (group.count > 9) {
          issues.push({
            severity: 'error' as const,
            path: `groups.${at}.count`,
            message: 'More than 9 guests do not fit on these nodes.',
          });
        }
        if (complete && !group.butane) {
          issues.push({
            severity: 'error' as const,
            path: `groups.${at}.butane`,
            message: 'A Butane file is needed.',
          });
        }
      });
      if (complete && !name)
        issues.push({ severity: 'error' as const, path: 'name', message: 'A name is needed.' });
      return issues;
    },
    async plan(workflow, answers) {
      calls.push(`plan ${workflow}`);
      return planFor(String(answers.name ?? 'edge'), options);
    },
    async run(planned, { onEvent, signal, dryRun }) {
      calls.push(dryRun ? 'dry run' : 'run');
      return perform(planned, {
        mode: dryRun ? 'dry' : 'apply',
        onEvent,
        signal,
        pace,
        fails: options.fails ?? false,
      });
    },
    async save(workflow, answers, file) {
      calls.push(`save ${workflow} ${file}`);
      if (options.files?.includes(file)) throw new UsageError(`/root/${file} is there already`);
      saved.push(answers);
      return `/root/${file}`;
    },
    async runs() {
      calls.push('runs');
      return options.runs ?? [];
    },
    async kea(node) {
      calls.push(`kea ${node}`);
      const all = options.kea ?? [];
      const reading = all[Math.min(looks++, all.length - 1)];
      if (reading instanceof Error) throw reading;
      return reading ?? { agent: 'absent', node, why: '', installed: false };
    },
    remarks: options.remarks ?? [],
    askWith(asker) {
      ask = asker;
    },
    async readRun() {
      return options.journal ?? [];
    },
    async resume(run, { onEvent, signal }) {
      calls.push(`resume ${run}`);
      return perform(planFor('edge', options), { mode: 'resume', onEvent, signal, pace, fails: false });
    },
    async undo(run, { onEvent, signal }) {
      calls.push(`undo ${run}`);
      return perform(planFor('edge', options), { mode: 'undo', onEvent, signal, pace, fails: false });
    },
  };
}
