import { randomBytes } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import type { Manifest } from './manifest.ts';
import { runCommand } from './run-command.ts';
import { runEngine } from './run-engine.ts';
import { needTools } from './tools.ts';

export const packerCommands = [
  ['packer', 'init', '.'],
  ['packer', 'validate', '.'],
  ['packer', 'build', '-color=false', '.'],
] as const;

/** Builds in a virtual machine that packer starts. Throws RunError. */
export async function buildPacker(spec: ImageSpec, edges: ImageEdges): Promise<Manifest> {
  await checkPacker(spec, edges);
  return runEngine(
    spec,
    {
      commands: () => packerCommands,
      env: (output) => ({
        PKR_VAR_output: output,
        PKR_VAR_release: spec.release,
        // The environment is not argv: other users cannot read it.
        PKR_VAR_builder_password: randomBytes(18).toString('base64url'),
        PKR_VAR_source_date_epoch: edges.variables.SOURCE_DATE_EPOCH ?? '',
      }),
    },
    edges,
  );
}

/** Whether packer can run its virtual machine here; throws RunError. */
export async function checkPacker(spec: ImageSpec, edges: ImageEdges): Promise<void> {
  if (spec.arch !== 'amd64') {
    throw new RunError(`the packer engine builds amd64 alone, not ${spec.arch}`, {
      fix: 'use engine: native or docker',
    });
  }
  await needTools(edges, ['packer', 'ansible-playbook', 'qemu-system-x86_64']);
  await checkVersion(edges);
  await checkKvm();
}

async function checkVersion(edges: ImageEdges): Promise<void> {
  const { stdout } = await runCommand(edges, ['packer', 'version']);
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 11)) return;
  throw new RunError(`packer ${major}.${minor} is too old`, {
    why: 'the template needs 1.11 or later',
    fix: 'https://developer.hashicorp.com/packer/install',
  });
}

async function checkKvm(): Promise<void> {
  const there = await stat('/dev/kvm').catch(() => undefined);
  if (!there) {
    throw new RunError('/dev/kvm is not there', {
      why: 'the processor has no virtualisation, or it is off',
      fix: 'switch it on in the firmware, or use engine: native, which needs none',
    });
  }
  await access('/dev/kvm', constants.R_OK | constants.W_OK).catch((cause: Error) => {
    throw new RunError('/dev/kvm is not yours to use', {
      why: cause.message,
      fix: 'sudo usermod -aG kvm "$USER", then log in again',
      cause,
    });
  });
}
