import type { CommandLine } from '../cli.ts';
import { checks } from '../doctor/all.ts';
import { capabilitiesOf } from '../doctor/capabilities.ts';
import { type AnyCheck, type Section, sections } from '../doctor/check.ts';
import { reportJson } from '../doctor/report-json.ts';
import { plainReport } from '../doctor/report-plain.ts';
import { findingsOf, type Report, runDoctor } from '../doctor/run.ts';
import { idsOf, selectChecks } from '../doctor/select.ts';
import type { Env } from '../env.ts';
import { version } from '../version.ts';
import { workflowById } from '../workflows/all.ts';
import { doctorTarget } from './doctor-target.ts';
import { openTargetOf } from './open-target.ts';
import { type ReadAnswers, readAnswers } from './read-answers.ts';
import { wantsAscii } from './wants-ascii.ts';

/** `doctor`: what is wrong with the target, why, and how to mend it. Exit code 1 where something failed. */
export async function doctor(line: CommandLine, env: Env): Promise<number> {
  const { switches, values } = line;
  const read = values.for === undefined ? undefined : readAnswers([values.for], env);
  const only = idsOf(values.only);
  const wants = read && sectionsOf(read);
  const chosen = selectChecks(checks, {
    ...(only ? { only } : {}),
    skip: idsOf(values.skip) ?? [],
    ...(wants ? { wants } : {}),
  });
  if (switches.has('list')) return list(chosen, line, env);
  const target = await openTargetOf(line, env, read?.answers.target);
  try {
    const place = await doctorTarget(target, env, read);
    const options = { ...(wants ? { wants } : {}), named: new Set(only), signal: env.signal };
    const report = await runDoctor(chosen, place, options);
    const nodes = place.nodes.filter(({ online }) => online).map(({ name }) => name);
    show(report, { nodes, chosen }, line, env);
    const findings = findingsOf(report.results, nodes);
    const bad = findings.some(
      ({ severity }) => severity === 'fail' || (severity === 'warn' && switches.has('strict')),
    );
    return bad ? 1 : 0;
  } finally {
    await target.close();
  }
}

function show(
  report: Report,
  { nodes, chosen }: { nodes: readonly string[]; chosen: readonly AnyCheck[] },
  { switches, values }: CommandLine,
  env: Env,
): void {
  const findings = findingsOf(report.results, nodes);
  if (switches.has('json')) {
    env.stdout.write(reportJson(findings, version));
    return;
  }
  const text = plainReport(findings, chosen, {
    ascii: wantsAscii(switches, env),
    all: switches.has('verbose') || values.only !== undefined,
    // About a choice of checks nothing can be said in general.
    capabilities:
      values.only === undefined && values.skip === undefined ? capabilitiesOf(report.results) : [],
  });
  env.stdout.write(`${text.join('\n')}\n`);
}

function list(chosen: readonly AnyCheck[], { switches }: CommandLine, env: Env): number {
  const rows = chosen.map(({ id, group, title }) => ({ id, group, title }));
  if (switches.has('json')) env.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    for (const { id, group, title } of rows)
      env.stdout.write(`${id.padEnd(22)} ${group.padEnd(15)} ${title}\n`);
  return 0;
}

function sectionsOf({ answers }: ReadAnswers): Set<Section> {
  const names = answers.jobs.map((job) => workflowById(job.workflow).section);
  return new Set(sections.filter((section) => names.includes(section)));
}
