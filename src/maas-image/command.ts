import { UsageError } from '../errors.ts';
import type { Accel } from './boot/guest.ts';
import { bootImage } from './boot.ts';
import { buildImage } from './build.ts';
import { progressLines } from './command-output.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import { networkOf } from './network.ts';
import { ownOptions } from './own-options.ts';
import { networkPicture } from './picture.ts';
import { renderEngine } from './render.ts';
import type { Finding } from './verify/finding.ts';
import { verifyImage } from './verify.ts';

export interface ImageCommand {
  /** What stands behind `image`. */
  argv: readonly string[];
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  edges: Omit<ImageEdges, 'progress'>;
  /** The `maas_image:` answers of these files, with what the command line says put over them. Throws AnswersError. */
  readSpec(files: readonly string[], given: Record<string, string>): Promise<ImageSpec>;
  /** No characters beyond ASCII. */
  ascii?: boolean;
}

const ENGINES = ['native', 'docker', 'packer'] as const satisfies readonly ImageSpec['engine'][];

/** `image build | verify | boot | network`, which need no MAAS: returns the exit code. Throws the errors of errors.ts. */
export async function imageCommand(command: ImageCommand): Promise<number> {
  const [name, ...rest] = command.argv;
  switch (name) {
    case 'build':
      return build(rest, command);
    case 'verify':
      return verify(rest, command);
    case 'boot':
      return boot(rest, command);
    case 'network':
      return network(rest, command);
    default:
      throw new UsageError(name === undefined ? 'image wants a command' : `image has no command "${name}"`, {
        fix: 'proxwright image build | verify | boot | network | upload | list',
      });
  }
}

async function build(argv: readonly string[], command: ImageCommand): Promise<number> {
  const { values, positionals } = ownOptions(argv, {
    output: { type: 'string' },
    engine: { type: 'string' },
    'render-only': { type: 'string' },
    json: { type: 'boolean' },
  });
  const { output, engine, 'render-only': folder, json } = values;
  if (engine !== undefined && !ENGINES.some((known) => known === engine))
    throw new UsageError(`there is no engine "${engine}"`, { fix: `--engine ${ENGINES.join(' | ')}` });
  if (output !== undefined && !/\.(tar\.gz|tgz)$/.test(output))
    throw new UsageError(`--output ends in .tar.gz or .tgz, not as ${output} does`, {
      fix: 'MAAS takes tgz; --output proxmox-ve-13-cloudimg.tar.gz',
    });
  const given = {
    ...(output ? { output: output } : {}),
    ...(engine ? { engine: engine } : {}),
  };
  const spec = await command.readSpec(positionals, given);
  if (typeof folder === 'string') {
    const written = await renderEngine(spec, folder, edgesOf(command, json));
    command.stdout.write(
      json ? `${JSON.stringify({ files: written })}\n` : written.map((file) => `${file}\n`).join(''),
    );
    return 0;
  }
  const manifest = await buildImage(spec, edgesOf(command, json));
  if (json) command.stdout.write(`${JSON.stringify(manifest)}\n`);
  else {
    const { tarball, packages, kernels, times } = manifest;
    command.stderr.write(
      `${spec.output}: ${Math.round(tarball.bytes / 1e6)} MB, ${packages.length} packages, kernel ${kernels.join(', ')}, ${Math.round(times.seconds)} s\n`,
    );
    command.stdout.write(`${spec.output}\n`);
  }
  return 0;
}

async function verify(argv: readonly string[], command: ImageCommand): Promise<number> {
  const { values, positionals } = ownOptions(argv, { json: { type: 'boolean' } });
  const findings = await verifyImage(one(positionals, 'verify'), edgesOf(command, values.json));
  return report(findings, values.json, command);
}

async function boot(argv: readonly string[], command: ImageCommand): Promise<number> {
  const { values, positionals } = ownOptions(argv, {
    json: { type: 'boolean' },
    accel: { type: 'string' },
    memory: { type: 'string' },
  });
  const { accel, memory } = values;
  if (accel !== undefined && accel !== 'kvm' && accel !== 'tcg')
    throw new UsageError(`--accel is kvm or tcg, not ${accel}`);
  if (memory !== undefined && !/^[1-9]\d{2,5}$/.test(String(memory)))
    throw new UsageError(`--memory wants MiB, such as 2048, not ${memory}`);
  const { findings, serial } = await bootImage(one(positionals, 'boot'), edgesOf(command, values.json), {
    accel: accel as Accel | undefined,
    ...(memory === undefined ? {} : { memory: Number(memory) }),
  });
  if (serial.length > 0) command.stderr.write(`${serial.join('\n')}\n`);
  return report(findings, values.json, command);
}

async function network(argv: readonly string[], command: ImageCommand): Promise<number> {
  const { values, positionals } = ownOptions(argv, { json: { type: 'boolean' } });
  const found = await networkOf(one(positionals, 'network'), edgesOf(command, true));
  if (values.json) {
    command.stdout.write(`${JSON.stringify(found)}\n`);
    return 0;
  }
  const picture = networkPicture(found, { ascii: command.ascii ?? false });
  command.stderr.write([...picture, ...found.warnings.map((text) => `warning: ${text}`), ''].join('\n'));
  command.stdout.write(found.interfaces);
  return 0;
}

function report(findings: readonly Finding[], json: unknown, { stdout }: ImageCommand): number {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const summary = {
    pass: count('pass'),
    info: count('info'),
    warn: count('warn'),
    fail: count('fail'),
    skip: count('skip'),
  };
  if (json) stdout.write(`${JSON.stringify({ version: 1, summary, findings })}\n`);
  else {
    for (const { severity, title, message, fix } of findings) {
      stdout.write(`${severity.padEnd(5)} ${title}: ${message}\n`);
      if (fix && severity !== 'pass') stdout.write(`      → ${fix}\n`);
    }
  }
  return summary.fail > 0 ? 1 : 0;
}

function edgesOf({ edges, stderr }: ImageCommand, quiet: unknown): ImageEdges {
  return { ...edges, progress: quiet ? () => {} : progressLines((line) => stderr.write(`${line}\n`)) };
}

function one(positionals: readonly string[], name: string): string {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UsageError(`image ${name} wants one FILE`, { fix: `proxwright image ${name} FILE` });
  return file;
}
