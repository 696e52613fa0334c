import type { CommandLine } from '../cli.ts';
import { checks } from '../doctor/all.ts';
import { makeBundle } from '../doctor/bundle.ts';
import { type Capability, capabilitiesOf } from '../doctor/capabilities.ts';
import type { AnyCheck } from '../doctor/check.ts';
import { reportHtml } from '../doctor/report-html.ts';
import { reportJson } from '../doctor/report-json.ts';
import { plainReport } from '../doctor/report-plain.ts';
import { type DoctorTarget, type Finding, findingsOf, type Report, runDoctor } from '../doctor/run.ts';
import { idsOf, selectChecks } from '../doctor/select.ts';
import type { Env } from '../env.ts';
import { UsageError } from '../errors.ts';
import { version } from '../version.ts';
import { mendAll } from './doctor/fix.ts';
import { doctorTarget } from './doctor/target.ts';
import { readAnswers } from './planning/read-answers.ts';
import { wantedSections } from './planning/wanted-sections.ts';
import { openTargetOf } from './targets/open-target.ts';
import { wantsAscii } from './wants-ascii.ts';
import { writeAsked } from './write-asked.ts';

/** `doctor`: what is wrong with the target, why, and how to mend it. Exit code 1 where something failed. */
export async function doctor(line: CommandLine, env: Env): Promise<number> {
  const { switches, values } = line;
  const read = values.for === undefined ? undefined : readAnswers([values.for], env);
  const only = idsOf(values.only);
  // As from an empty variable: to look at nothing and be content would be a lie.
  if (only?.length === 0) throw new UsageError('--only names no check', { fix: 'proxwright doctor --list' });
  const wants = read && wantedSections(read.answers.jobs);
  const chosen = selectChecks(checks, {
    ...(only ? { only } : {}),
    skip: idsOf(values.skip) ?? [],
    ...(wants ? { wants } : {}),
  });
  if (switches.has('list')) return list(chosen, line, env);
  const target = await openTargetOf(line, env, read?.answers.target);
  try {
    const place = await doctorTarget(target, env);
    const options = { ...(wants ? { wants } : {}), named: new Set(only), signal: env.signal };
    let report = await runDoctor(chosen, place, options);
    if (switches.has('fix') && (await mendAll(report, { place, options, target, line, env }))) {
      report = await runDoctor(chosen, place, options);
    }
    const told: Told = {
      report,
      chosen,
      place,
      label: target.label,
      findings: findingsOf(report.results, onlineOf(place)),
      // About a choice of checks nothing can be said in general.
      capabilities:
        only || values.skip !== undefined
          ? []
          : capabilitiesOf(report.results).filter(({ section }) => wants?.has(section) !== false),
    };
    show(told, line, env);
    await writeReports(told, line, env);
    const bad = told.findings.some(
      ({ severity }) => severity === 'fail' || (severity === 'warn' && switches.has('strict')),
    );
    return bad ? 1 : 0;
  } finally {
    await target.close();
  }
}

interface Told {
  report: Report;
  chosen: readonly AnyCheck[];
  place: DoctorTarget;
  label: string;
  findings: readonly Finding[];
  capabilities: readonly Capability[];
}

function show(told: Told, line: CommandLine, env: Env): void {
  if (line.switches.has('json')) env.stdout.write(reportJson(told.findings, version));
  else env.stdout.write(`${plain(told, line, env).join('\n')}\n`);
}

function plain(
  { findings, chosen, capabilities }: Told,
  { switches, values }: CommandLine,
  env: Env,
): string[] {
  const all = switches.has('verbose') || values.only !== undefined;
  return plainReport(findings, chosen, { ascii: wantsAscii(switches, env), all, capabilities });
}

async function writeReports(told: Told, line: CommandLine, env: Env): Promise<void> {
  const { html, bundle } = line.values;
  const { findings, chosen, capabilities, place } = told;
  if (html !== undefined) {
    const page = { target: told.label, version, time: Date.now(), capabilities };
    await writeOut(html, reportHtml(findings, chosen, page), env);
  }
  if (bundle !== undefined) {
    const content = await makeBundle({
      looker: told.report.looker,
      findings,
      plain: plain(told, line, env),
      json: reportJson(findings, version),
      nodes: onlineOf(place),
      now: Math.floor(Date.now() / 1000),
    });
    await writeOut(bundle, content, env);
  }
}

/** For this user alone: what a node says of itself is nobody else's business before somebody hands it on. */
async function writeOut(name: string, content: string | Uint8Array, env: Env): Promise<void> {
  await writeAsked(name, content, env);
  env.stderr.write(`written: ${name}\n`);
}

function list(chosen: readonly AnyCheck[], { switches }: CommandLine, env: Env): number {
  const rows = chosen.map(({ id, group, title }) => ({ id, group, title }));
  if (switches.has('json')) env.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    for (const { id, group, title } of rows)
      env.stdout.write(`${id.padEnd(23)} ${group.padEnd(15)} ${title}\n`);
  return 0;
}

function onlineOf({ nodes }: DoctorTarget): string[] {
  return nodes.filter(({ online }) => online).map(({ name }) => name);
}
