import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { numberAt, rowOf } from '../../understand.ts';
import { fail, pass, warn } from '../../verdict.ts';

const GIB = 1024 ** 3;

export const memory = defineCheck({
  id: 'PVE-MEMORY',
  group: 'node',
  title: 'Memory of the node',
  looksAt: 'GET /nodes/{node}/status, /proc/spl/kstat/zfs/arcstats',
  why: 'Where memory runs out the kernel ends the largest process, and that is a guest.',
  needs: 'api',
  scope: 'node',
  read: async (look) => ({
    status: await look.get('/nodes/{node}/status'),
    arc: look.hasHost ? await look.file('/proc/spl/kstat/zfs/arcstats') : undefined,
  }),
  judge({ status, arc }) {
    const row = rowOf(rowOf(status, 'the status of the node').memory, 'the memory of the node');
    const total = numberAt(row, 'total');
    // `available` counts what caches give back; before 8.3 there is only `free`.
    const unused = numberAt(row, 'available') ?? numberAt(row, 'free');
    if (!total || unused === undefined) throw new Garbled('the memory of the node', row);
    const cache = cacheOf(arc);
    const free = unused + cache;
    const held = cache > 0 ? `, with ${(cache / GIB).toFixed(1)} that the cache of ZFS gives back` : '';
    const text = `${(free / GIB).toFixed(1)} of ${(total / GIB).toFixed(1)} GiB are free${held}`;
    const fix = { text: 'stop or move guests, or give them less', command: 'qm list' };
    if (free / total < 0.03) return fail(text, fix);
    return free / total < 0.08 ? warn(text, fix) : pass(text);
  },
});

/** Bytes. The kernel counts the cache of ZFS (ARC) as used, and gets back all of it above its least size. */
function cacheOf(text = ''): number {
  const value = (name: string): number =>
    Number(new RegExp(`^${name}\\s+\\d+\\s+(\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return Math.max(0, value('size') - value('c_min'));
}
