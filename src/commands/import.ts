import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type ImportResult, importedJson } from '../answers/import/imported.ts';
import { importMachineDeployments } from '../answers/import/machine-deployment.ts';
import { printImported } from '../answers/import/print.ts';
import { importTerraform } from '../answers/import/terraform.ts';
import type { AnswerFile } from '../answers/yaml.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { AnswersError, UsageError } from '../errors.ts';
import { workflowById } from '../workflows/all.ts';

/** `import`: what another tool was told, as an answer file on stdout. */
export function importFiles({ operands, switches }: CommandLine, env: Env): number {
  const [kind = '', ...names] = operands;
  const result = read(kind, names, env);
  if ('issues' in result) throw new AnswersError(result.issues);
  const text = switches.has('json')
    ? `${JSON.stringify(importedJson(result.imported))}\n`
    : printImported(result.imported, workflowById('cluster'));
  env.stdout.write(text);
  return 0;
}

function read(kind: string, names: readonly string[], env: Env): ImportResult {
  const { answers: clusters } = workflowById('cluster');
  switch (kind) {
    case 'terraform': {
      const [name, more] = names;
      if (name === undefined) throw new UsageError('import terraform wants DIR or FILE', { fix: HELP });
      if (more !== undefined) {
        throw new UsageError('import terraform takes one folder or file', {
          fix: 'give the folder: all its files are read',
        });
      }
      return readTerraform(name, env);
    }
    case 'machine-deployment':
      if (names.length === 0) throw new UsageError('import machine-deployment wants FILE…', { fix: HELP });
      return importMachineDeployments({ files: names.map((name) => readFile(name, env)), clusters });
    case 'ansible':
      throw new UsageError('import ansible makes single guests, for which answer files have no section yet', {
        why: 'role variables describe one guest with cloud-init; this version makes clusters',
        fix: 'write a cluster with one group: name, node, cores and memory mean the same there',
      });
    default:
      throw new UsageError(`there is no import from "${kind}"`, {
        fix: 'terraform or machine-deployment',
      });
  }
}

const HELP = 'proxwright import --help';

function readTerraform(name: string, env: Env): ImportResult {
  const isFolder = statOf(name, env).isDirectory();
  const folder = isFolder ? name : path.dirname(name);
  const inFolder = filesIn(folder, env);
  const own = path.join(folder, path.basename(name));
  const isValues = !isFolder && VALUES.test(name);
  if (!isFolder && !isValues && !CONFIG.test(name)) {
    throw new UsageError(`${name} is neither a folder nor a .tf or .tfvars file`, { fix: HELP });
  }
  const configs = inFolder.filter((each) => CONFIG.test(each));
  const values = [...inFolder.filter(isLoadedByItself).sort(byPrecedence), ...(isValues ? [own] : [])];
  if (configs.length + values.length === 0) throw new UsageError(`there is no .tf file in ${folder}`);
  const readAll = (files: readonly string[]) => files.map((file) => readFile(file, env));
  return importTerraform(
    {
      configs: readAll(configs),
      values: readAll([...new Set(values)]),
      unread: inFolder.filter((each) => VALUES.test(each) && !values.includes(each)),
    },
    {
      clusters: workflowById('cluster').answers,
      folder,
      ...(isFolder || isValues ? {} : { only: own }),
      peek: (file) => peek(file, env),
      open(other) {
        const inOther = isFolderAt(other, env) ? filesIn(other, env).filter((each) => CONFIG.test(each)) : [];
        return inOther.length > 0 ? { configs: readAll(inOther), values: [] } : undefined;
      },
    },
  );
}

const CONFIG = /\.tf(\.json)?$/;
const VALUES = /\.tfvars(\.json)?$/;

function filesIn(folder: string, env: Env): string[] {
  return readdirSync(path.resolve(env.cwd, folder))
    .sort()
    .map((each) => path.join(folder, each))
    .filter((each) => statSync(path.resolve(env.cwd, each), { throwIfNoEntry: false })?.isFile());
}

function isFolderAt(name: string, env: Env): boolean {
  return statSync(path.resolve(env.cwd, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** As Terraform does without -var-file. */
function isLoadedByItself(file: string): boolean {
  return /(^|\/)terraform\.tfvars(\.json)?$|\.auto\.tfvars(\.json)?$/.test(file);
}

/** Later ones win: terraform.tfvars, terraform.tfvars.json, the others by name. */
function byPrecedence(one: string, other: string): number {
  const rank = (file: string) => ['terraform.tfvars', 'terraform.tfvars.json'].indexOf(path.basename(file));
  const [first, second] = [rank(one), rank(other)];
  if (first < 0 && second < 0) return one < other ? -1 : 1;
  return (first < 0 ? 2 : first) - (second < 0 ? 2 : second);
}

/** Far above what importers take; they say how much that is, with the file's name. */
const MOST_BYTES = 64 * 1024 ** 2;

function readFile(name: string, env: Env): AnswerFile {
  const stat = statOf(name, env);
  if (!stat.isFile()) throw new UsageError(`${name} is ${stat.isDirectory() ? 'a folder' : 'no plain file'}`);
  if (stat.size > MOST_BYTES)
    throw new UsageError(`${name} has ${Math.round(stat.size / 1024 ** 2)} MiB: that is too large`);
  try {
    return { name, text: readFileSync(path.resolve(env.cwd, name), 'utf8') };
  } catch (cause) {
    throw new UsageError(`${name} cannot be read`, { why: (cause as Error).message, cause });
  }
}

function statOf(name: string, env: Env) {
  const file = path.resolve(env.cwd, name);
  if (!existsSync(file)) throw new UsageError(`there is no file or folder ${name}`, { where: file });
  return statSync(file);
}

/** Beyond this a Butane file would be refused anyway. */
const MOST_PEEKED = 1024 ** 2;

function peek(name: string, env: Env): string | undefined {
  const file = path.resolve(env.cwd, name);
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() && stat.size <= MOST_PEEKED ? readFileSync(file, 'utf8') : undefined;
}
