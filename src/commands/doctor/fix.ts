import type { CommandLine } from '../../cli.ts';
import { hasMend, looksWell, type MendEdges, mend, mendLines } from '../../doctor/mend.ts';
import { type DoctorOptions, type DoctorTarget, findingsOf, type Report } from '../../doctor/run.ts';
import type { Env } from '../../env.ts';
import type { Target } from '../../target.ts';
import { confirm } from '../ask.ts';

/** Mends what can be mended, each after a look at its changes. True where anything was changed. */
export async function mendAll(
  report: Report,
  {
    place,
    options,
    target,
    line,
    env,
  }: {
    place: DoctorTarget;
    options: DoctorOptions;
    target: Target;
    line: CommandLine;
    env: Env;
  },
): Promise<boolean> {
  const tell = (text: string): void => void env.stderr.write(`${text}\n`);
  const mendable = report.results.filter(hasMend);
  if (mendable.length === 0) {
    tell('nothing that could be mended by itself');
    return false;
  }
  const mayAsk = env.stdin.isTTY === true && !line.switches.has('json');
  if (!line.switches.has('yes') && !mayAsk)
    tell('not mended, since nobody can be asked here; --yes mends without asking');
  let changed = false;
  for (const result of mendable) {
    const [finding] = findingsOf(
      [result],
      place.nodes.map(({ name }) => name),
    );
    tell(`${result.check.id}  ${finding?.message ?? ''}`);
    for (const text of mendLines(result.verdict.mend, result.node ?? place.firstNode)) tell(`    ${text}`);
    if (!line.switches.has('yes') && !(mayAsk && (await confirm('  mend it?', env)))) continue;
    // An earlier one may have mended this, too.
    if (changed && (await looksWell(result, place, options))) {
      tell('  is well by now');
      continue;
    }
    const done = await mend(result, mendEdges(target), () => looksWell(result, place, options));
    changed = true;
    if (done.status === 'mended')
      tell(`  mended${done.backups.length > 0 ? `; as it was before: ${done.backups.join(', ')}` : ''}`);
    else {
      tell(`  not mended: ${done.why}`);
      tell(
        done.left.length === 0
          ? '  all is as it was before'
          : `  could not be taken back: ${done.left.join('; ')}`,
      );
    }
  }
  return changed;
}

/** What mending needs of a target; the backups of one mending lie under one name. */
export function mendEdges(target: Target): MendEdges {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return { pve: target.pve, host: (node: string) => target.host(node), stamp };
}
