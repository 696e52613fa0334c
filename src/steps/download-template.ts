import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { must } from './agent-place.ts';

export interface DownloadTemplateArgs extends Record<string, StepValue> {
  node: string;
  storage: string;
  /** As `pveam available` lists it: `debian-13-standard_13.1-2_amd64.tar.zst`. */
  template: string;
}

/** Has a node download one of Proxmox's container templates, whose sums it knows. */
export const downloadTemplate: Verb<DownloadTemplateArgs, { volid: string }> = {
  name: 'download-template',

  calls: ({ node, storage, template }): Call[] => [{ node, argv: ['pveam', 'download', storage, template] }],

  check(args, facts) {
    const volid = volidOf(args);
    const there = facts.kea?.find(({ node }) => node === args.node)?.templates.present.includes(volid);
    return there ? { needed: false, why: 'is in the storage', receipt: { volid } } : { needed: true };
  },

  async apply(args, context) {
    const { node, storage, template } = args;
    await context.note({ volid: volidOf(args) });
    await must(context.host(node), ['pveam', 'download', storage, template], {
      timeout: 1_800_000,
      signal: context.signal,
    });
    return { volid: volidOf(args) };
  },

  async find(args, context) {
    if (context.attempt.notes.length === 0) return undefined;
    const volid = volidOf(args);
    return (await isThere(args, volid, context)) ? { volid } : undefined;
  },

  async undo(args, { volid }, context) {
    if (await isThere(args, volid, context)) await must(context.host(args.node), ['pveam', 'remove', volid]);
  },
};

async function isThere(
  { node, storage }: DownloadTemplateArgs,
  volid: string,
  context: StepContext,
): Promise<boolean> {
  const { stdout } = await must(context.host(node), ['pveam', 'list', storage]);
  return stdout.split('\n').some((line) => line.split(/\s+/)[0] === volid);
}

export function volidOf({ storage, template }: { storage: string; template: string }): string {
  return `${storage}:vztmpl/${template}`;
}
