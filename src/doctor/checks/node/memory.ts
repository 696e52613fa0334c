import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { numberAt, rowOf } from '../../understand.ts';
import { fail, pass, warn } from '../../verdict.ts';

const GIB = 1024 ** 3;

export const memory = defineCheck({
  id: 'PVE-MEMORY',
  group: 'node',
  title: 'Memory of the node',
  looksAt: 'GET /nodes/{node}/status',
  why: 'Where memory runs out the kernel ends the largest process, and that is a guest.',
  needs: 'api',
  scope: 'node',
  read: (look) => look.get('/nodes/{node}/status'),
  judge(seen) {
    const row = rowOf(rowOf(seen, 'the status of the node').memory, 'the memory of the node');
    const total = numberAt(row, 'total');
    // `available` counts what caches give back; before 8.3 there is only `free`.
    const free = numberAt(row, 'available') ?? numberAt(row, 'free');
    if (!total || free === undefined) throw new Garbled('the memory of the node', row);
    const text = `${(free / GIB).toFixed(1)} of ${(total / GIB).toFixed(1)} GiB are free`;
    const fix = { text: 'stop or move guests, or give them less', command: 'qm list' };
    if (free / total < 0.03) return fail(text, fix);
    return free / total < 0.08 ? warn(text, fix) : pass(text);
  },
});
