import { availableOn } from '../guest/disks.ts';
import { type HostResult, type Invocation, ok, type Program } from './result.ts';

export const diskPrograms: Readonly<Record<string, Program>> = { lvs };

/** `lvs --reportformat json -o …`: the thin pools behind the storages of this node. */
function lvs({ world, node }: Invocation): HostResult {
  const pools = world.storages
    .ofNode(node)
    .filter((storage) => storage.type === 'lvmthin')
    .map((storage) => {
      const { total } = world.storages.capacity(storage.id);
      const used = (100 * (total - availableOn(world, storage, node))) / total;
      return {
        vg_name: storage.values.vgname ?? '',
        lv_name: storage.values.thinpool ?? '',
        lv_attr: 'twi-aotz--',
        data_percent: used.toFixed(2),
        metadata_percent: (1 + used / 10).toFixed(2),
      };
    });
  return ok(`${JSON.stringify({ report: [{ lv: pools }] }, null, 2)}\n`);
}
