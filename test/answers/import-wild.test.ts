// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's are meant
import { describe, expect, test } from 'vitest';
import type { ImportResult } from '../../src/answers/import/imported.ts';
import { importMachineDeployments } from '../../src/answers/import/machine-deployment.ts';
import { printImported } from '../../src/answers/import/print.ts';
import { importTerraform } from '../../src/answers/import/terraform.ts';
import { describeIssue } from '../../src/errors.ts';
import { workflowById } from '../../src/workflows/all.ts';

const { answers: clusters } = workflowById('cluster');

function terraform(text: string): ImportResult {
  return importTerraform(
    { configs: [{ name: 'main.tf', text }], values: [] },
    { clusters, folder: '.', peek: () => undefined },
  );
}

const manifests = (text: string) => importMachineDeployments({ files: [{ name: 'a.yaml', text }], clusters });

const issuesOf = (result: ImportResult) => ('issues' in result ? result.issues.map(describeIssue) : []);

const call = (body: string) => `module "x" {\n  source = "lucidsolns/vm/proxmox"\n${body}\n}\n`;
const times = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

/** Texts too large or too wild to lie in a folder. */
describe('each is refused in one sentence', () => {
  test.each([
    [
      '10 MB of Terraform',
      '# comment\n'.repeat(1_000_000),
      '1:1: is larger than 1 MiB, which no such Terraform file is',
    ],
    ['brackets', call(`name = ${'['.repeat(100_000)}`), '3:107: is nested too deeply (over 100 levels)'],
    ['blocks', 'a { '.repeat(100_000), '1:404: is nested too deeply (over 100 levels)'],
    ['templates', call(`name = ${'"${'.repeat(10_000)}`), '3:305: is nested too deeply (over 100 levels)'],
    ['parentheses', call(`name = ${'('.repeat(100_000)}`), '3:107: is nested too deeply (over 100 levels)'],
    [
      'a chain of names',
      `locals {\n${times(500, (at) => `a${at} = local.a${at + 1}`)}\n}\n${call('name = local.a0')}`,
      '101:7: local.a100 stands at the end of too long a chain',
    ],
    [
      'a count beyond all measure',
      call('count = 1000000\nname = "a-b"'),
      '1:1: is one call more than the 1000 that are read',
    ],
    [
      'a thousand and one calls',
      call('name = "a-b"').repeat(1001),
      '4001:1: is one call more than the 1000 that are read',
    ],
  ])('%s', (_, text, issue) => {
    expect(issuesOf(terraform(text))).toEqual([`main.tf:${issue}`]);
  });

  test.each([
    [
      '10 MB of YAML',
      '# comment\n'.repeat(1_000_000),
      '1:1: is larger than 1 MiB, which no such manifest is',
    ],
    ['documents', '---\na: 1\n'.repeat(5000), '1:1: has over 1000 YAML documents'],
    ['brackets', '['.repeat(500_000), '1:1: is nested too deeply to be an answer file'],
    ['binary', 'kind: \0\u0001', '1:1: is not a text in UTF-8'],
    [
      'aliases that multiply',
      `a: &a0 [1, 2]\n${times(30, (at) => `b${at}: &a${at + 1} [*a${at}, *a${at}]`)}`,
      '1:1: its aliases multiply to more values than an answer file can need',
    ],
  ])('%s', (_, text, issue) => {
    expect(issuesOf(manifests(text))).toEqual([`a.yaml:${issue}`]);
  });
});

test('names that multiply become a comment, not a text without end', () => {
  const texts = times(60, (at) =>
    at === 0 ? 'a0 = "0123456789"' : `a${at} = "\${local.a${at - 1}}\${local.a${at - 1}}"`,
  );
  const lists = times(60, (at) =>
    at === 0 ? 'b0 = ["x"]' : `b${at} = [local.b${at - 1}, local.b${at - 1}]`,
  );
  const body = 'name = "a-b"\ndescription = local.a59\ntags = local.b59\nnetworks = local.b30';
  const result = terraform(`locals {\n${texts}\n${lists}\n}\n${call(body)}`);
  if ('issues' in result) throw new Error(issuesOf(result).join('\n'));
  const text = printImported(result.imported, workflowById('cluster'));
  expect(text).toContain('# description = "${local.a58}${local.a58}": is computed there');
  expect(text.length).toBeLessThan(10_000);
});

test('loops that have to be gone over twice do not multiply', () => {
  const nested = (depth: number): string =>
    depth === 0 ? '1' : `[for a in "\${${nested(depth - 1)}}" : a if a]`;
  const result = terraform(call(`name = "a-b"\ndescription = ${nested(30)}`));
  expect(issuesOf(result)).toEqual([]);
  const turns = times(7, (at) =>
    at === 0
      ? 'a0 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]'
      : `a${at} = [for x in local.a${at - 1} : [for y in local.a${at - 1} : [x, y]]]`,
  );
  expect(
    issuesOf(
      terraform(
        `locals {\n${turns}\n}\n${call('name = "a-b"\ndescription = [for x in local.a6 : [for y in local.a6 : [for z in local.a6 : z]]]')}`,
      ),
    ),
  ).toEqual([]);
});

test('many arguments, line ends and spaces cost no time and no size', () => {
  const peek = () => `variant: flatcar\n# \${${' '.repeat(200_000)}\n${'${'.repeat(50_000)}`;
  const body = [
    'name = "a-b"\nbutane_conf = "x.bu"',
    `description = "${'\\n'.repeat(200_000)} hook-script: x"`,
    times(10_000, (at) => `unknown${at} = "${'x'.repeat(30)}"`),
  ].join('\n');
  const files = { configs: [{ name: 'main.tf', text: call(body) }], values: [] };
  const result = importTerraform(files, { clusters, folder: '.', peek });
  if ('issues' in result) throw new Error(issuesOf(result).join('\n'));
  const text = printImported(result.imported, workflowById('cluster'));
  expect(/# (\d+) more of this kind/.exec(text)?.[1]).toBe('9803');
  expect(text.length).toBeLessThan(50_000);
});

/** Whatever is cut out of or doubled in a good file: either answers or issues with a place, never anything else. */
test('every cut of a good file is taken or refused', () => {
  const good = [
    'locals { a = "x${var.b}-y" } # comment',
    'variable "b" { default = [1, 2.5e3, true, null, { k : "v", "q" = <<-EOT\n   heredoc ${path.module}\n   EOT\n }] }',
    call(
      'name = "edge-${local.a}"\nnetworks = [{ bridge = "vmbr0" }]\n/* c */ tags = [for t in var.b : t if (t != "a")]',
    ),
  ].join('\n');
  for (let at = 0; at < good.length; at += 1) {
    for (const text of [
      good.slice(0, at),
      good.slice(at),
      good.slice(0, at) + good.slice(at + 1),
      good.slice(0, at) + good[at] + good.slice(at),
    ]) {
      const result = terraform(text);
      const issues = issuesOf(result);
      if ('imported' in result) expect(result.imported.clusters.length).toBeGreaterThan(0);
      else expect(issues.length).toBeGreaterThan(0);
      for (const issue of issues) expect(issue).toMatch(/^(main\.tf:\d+:\d+: .+|\. has no call of .+)$/);
    }
  }
});
