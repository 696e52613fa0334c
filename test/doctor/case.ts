import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readAsset } from '../../src/assets.ts';
import type { About, AnyCheck, Section, Severity } from '../../src/doctor/check.ts';
import { mendLines } from '../../src/doctor/mend.ts';
import { type DoctorTarget, type Result, runDoctor } from '../../src/doctor/run.ts';
import { ApiError } from '../../src/errors.ts';
import type { CommandResult, Host } from '../../src/hosts/host.ts';

/** What a node says, and what the check finds in it. */
export interface DoctorCase {
  /**
   * `cat /etc/hosts`, `$ ip -j link`, `GET /version`, `MAAS version/` → what is said. A command stands for all
   * that begin so. `pve2: $ …` is another node's. A text is a file or standard output; `denied`, `hangs` and
   * `absent` (with `!` before) are what they say; `!missing FILE` is a guest agent's;
   * `{ asset, replace }` a file that ships with the program.
   */
  says: Readonly<Record<string, unknown>>;
  finds: readonly Found[];
  nodes?: readonly string[];
  wants?: readonly Section[];
  /** Only the API is within reach. */
  api?: boolean;
}

export type Found = Partial<Record<Severity, string>> & { do?: string; mend?: readonly string[] };

const FOLDER = path.join(import.meta.dirname, 'cases');

/** Unix seconds of every case: 2026-03-01. */
export const NOW = 1_772_323_200;

export function casesOf(id: string): Readonly<Record<string, DoctorCase>> {
  return parse(readFileSync(path.join(FOLDER, `${id}.yaml`), 'utf8')) as Record<string, DoctorCase>;
}

export function caseIds(): string[] {
  return readdirSync(FOLDER).map((file) => path.parse(file).name);
}

/** Runs one check against what the case says, through the very look that nodes are looked at with. */
export async function findIn(check: AnyCheck, given: DoctorCase): Promise<Found[]> {
  const { results } = await runDoctor([check], targetOf(given), {
    ...(given.wants ? { wants: new Set(given.wants) } : {}),
    clock: () => NOW * 1000,
    patience: 40,
  });
  return results.map(foundIn);
}

function foundIn({ verdict, node }: Result): Found {
  return {
    [verdict.severity]: verdict.message,
    ...(verdict.fix?.command ? { do: verdict.fix.command } : {}),
    ...(verdict.mend ? { mend: mendLines(verdict.mend, node ?? 'pve1') } : {}),
  };
}

function targetOf({ says, nodes = ['pve1'], api = false }: DoctorCase): DoctorTarget {
  const kind: About['target'] = api ? 'https' : 'ssh';
  return {
    kind,
    firstNode: nodes[0] ?? 'pve1',
    nodes: nodes.map((name) => ({ name, online: true })),
    pve: { get: <Answer>(where: string) => answer(says, `GET ${where}`) as Promise<Answer> },
    host: (node) => (api ? undefined : hostOf(node, says)),
    local: hostOf('here', says),
    maas: async (where, { anonymous }) => {
      const said = (await answer(
        says,
        `MAAS ${where}${anonymous ? '' : ' with the key'}`,
      )) as Partial<MaasSaid>;
      return { status: said.status ?? 200, body: said.body ?? '', date: said.date };
    },
    width: () => 8,
  };
}

interface MaasSaid {
  status: number;
  body: string;
  date: number;
}

async function answer(says: DoctorCase['says'], question: string): Promise<unknown> {
  const said = says[question];
  if (said === '!hangs') return new Promise(() => {});
  if (said === '!denied')
    throw new ApiError('Permission check failed', { status: 403, method: 'GET', path: question.slice(4) });
  if (said === '!refused') throw new Error('connect ECONNREFUSED');
  if (typeof said === 'string' && said.startsWith('!missing ')) {
    const file = said.slice('!missing '.length);
    const message = `Agent error: failed to open file '${file}' (mode: 'r'): No such file or directory`;
    throw new ApiError(message, { status: 500, method: 'GET', path: question.slice(4) });
  }
  if (said === undefined) throw new Error(`the case does not say "${question}"`);
  return said;
}

/** A file that ships with the program, as it is or with one text replaced by another. */
interface Asset {
  asset: string;
  replace?: readonly [string, string];
}

function isAsset(said: unknown): said is Asset {
  return typeof said === 'object' && said !== null && 'asset' in said;
}

function textOf({ asset, replace = ['', ''] }: Asset): string {
  return readAsset(asset).replace(replace[0], replace[1]);
}

function hostOf(node: string, says: DoctorCase['says']): Host {
  const find = (question: string): unknown => {
    const own = [`${node}: ${question}`, question];
    for (const whole of own) if (says[whole] !== undefined) return says[whole];
    // The longest beginning that the case has counts.
    const starts = Object.keys(says).filter((key) =>
      own.some((whole) => key.includes('$') && whole.startsWith(`${key} `)),
    );
    return says[starts.sort((a, b) => b.length - a.length)[0] ?? ''];
  };
  const never = (): Promise<never> => Promise.reject(new Error('a check must not change anything'));
  return {
    node,
    async run(argv) {
      const said = find(`$ ${argv.join(' ')}`);
      if (said === '!hangs') return new Promise<never>(() => {});
      if (said === '!denied') return { exitCode: 1, stdout: '', stderr: 'Permission denied' };
      if (said === undefined || said === '!absent')
        return { exitCode: 127, stdout: '', stderr: 'command not found' };
      if (typeof said === 'string') return { exitCode: 0, stdout: said, stderr: '' };
      if (typeof said === 'number') return { exitCode: said, stdout: '', stderr: '' };
      return { exitCode: 0, stdout: '', stderr: '', ...(said as Partial<CommandResult>) };
    },
    async read(file) {
      const said = find(`cat ${file}`);
      if (said === '!hangs') return new Promise<never>(() => {});
      if (said === '!denied') throw new Error(`EACCES: permission denied, open '${file}'`);
      if (said === undefined || said === '!absent') return undefined;
      return Buffer.from(isAsset(said) ? textOf(said) : String(said));
    },
    write: never,
    remove: never,
  };
}
