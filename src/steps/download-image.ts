import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';

export interface DownloadImageArgs extends Record<string, StepValue> {
  node: string;
  storage: string;
  /** Under which the node keeps it; ends with the format, as import wants it. */
  fileName: string;
  url: string;
  checksum: { algorithm: string; value: string };
}

/** Has a node download an image into a storage's `import` content, and check its sum before it counts. */
export const downloadImage: Verb<DownloadImageArgs, { volid: string }> = {
  name: 'download-image',

  calls: (args): Call[] => [
    {
      method: 'POST',
      path: apiPath`/nodes/${args.node}/storage/${args.storage}/download-url`,
      params: parameters(args),
    },
  ],

  check(args, facts) {
    const volid = volidOf(args);
    const there = facts.volumes.some((volume) => volume.node === args.node && volume.volid === volid);
    return there ? { needed: false, why: 'is in the storage', receipt: { volid } } : { needed: true };
  },

  async apply(args, context) {
    const path = apiPath`/nodes/${args.node}/storage/${args.storage}/download-url`;
    await context.task(await context.pve.post<string>(path, parameters(args), context));
    return { volid: volidOf(args) };
  },

  async find(args, context) {
    const content = await context.pve.get<{ volid: string }[]>(
      apiPath`/nodes/${args.node}/storage/${args.storage}/content`,
      { content: 'import' },
      context,
    );
    const volid = volidOf(args);
    return content.some((volume) => volume.volid === volid) ? { volid } : undefined;
  },

  async undo(args, { volid }, context) {
    const path = apiPath`/nodes/${args.node}/storage/${args.storage}/content/${volid}`;
    const upid = await context.pve.delete<string | null>(path, {}, context);
    if (upid) await context.task(upid);
  },
};

function volidOf({ storage, fileName }: DownloadImageArgs): string {
  return `${storage}:import/${fileName}`;
}

function parameters({ fileName, url, checksum }: DownloadImageArgs): Record<string, string> {
  return {
    content: 'import',
    filename: fileName,
    url,
    checksum: checksum.value,
    'checksum-algorithm': checksum.algorithm,
  };
}
