import { checks } from './all.ts';
import { type AnyCheck, groups } from './check.ts';

/** docs/doctor.md: a section for every id, from the checks themselves. */
export function doctorPage(): string {
  const contents = groups.map((group) => {
    const links = inGroup(group).map(({ id }) => `[${id}](#${id.toLowerCase()})`);
    return `- **${group}**: ${links.join(', ')}`;
  });
  const sections = groups.flatMap((group) => [`## ${title(group)}\n`, ...inGroup(group).map(section)]);
  return `${HEAD}\n${contents.join('\n')}\n\n${sections.join('\n')}`;
}

const HEAD = `<!-- Written by \`node scripts/doctor-docs.ts\`; change the checks, not this page. -->

# Doctor

\`proxwright doctor\` looks at a target and says what is wrong, why it matters, and how to mend it. Looking changes
nothing. Each look takes two seconds at most; what cannot be looked at is skipped, with the reason.

| | |
|---|---|
| \`--only ID,…\` \`--skip ID,…\` | some checks, or all but some |
| \`--list\` | the checks |
| \`--for FILE\` | only what these answers need; what is lacking for them is then a failure |
| \`--fix\` | shows each change and asks; a file is kept as it was before, and what fails is taken back |
| \`--strict\` | exit code 1 for warnings, too |
| \`--html OUT.html\` \`--bundle OUT.tgz\` | to hand on, without secrets |
| \`--json\` | \`{version, summary, findings}\` |

Before \`apply\` changes anything, and in the review of the terminal UI, it looks at what the answers need, beside
the reading of the facts. A failure keeps the run from beginning, a warning is told with the plan. What concerns
guests that are there already, or a node that the plan leaves alone, is only told; what the run brings in order by
itself is not. \`apply FILE --skip ID,…\` goes on regardless of some checks. \`plan\` shows the same and stops
nothing; where there is nothing to do, and for \`destroy\`, nobody is asked.

Exit codes: 0 nothing failed; 1 something failed; 2 bad usage. MAAS is looked at where \`MAAS_API_URL\` and
\`MAAS_API_KEY\` are set.
`;

function inGroup(group: string): AnyCheck[] {
  return checks.filter((check) => check.group === group);
}

function section({ id, title: name, looksAt, why, needs, scope, for: sections, url }: AnyCheck): string {
  const where = {
    api: 'by the API',
    host: 'needs commands on the node',
    local: 'on the machine that proxwright runs on',
    maas: 'at MAAS',
  };
  const once =
    needs === 'local' || needs === 'maas'
      ? ''
      : scope === 'node'
        ? ', on every node'
        : ', once for the cluster';
  const facts = [
    `- Looks at: ${looksAt}`,
    `- Where: ${where[needs]}${once}`,
    ...(sections ? [`- For: ${sections.map((one) => `\`${one}\``).join(', ')}`] : []),
    ...(url ? [`- More: <${url}>`] : []),
  ];
  return `### ${id}\n\n**${name}.** ${why}\n\n${facts.join('\n')}\n`;
}

function title(group: string): string {
  return group === 'maas' ? 'MAAS' : `${group[0]?.toUpperCase()}${group.slice(1)}`;
}
