import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { numberAt, rowOf } from '../../understand.ts';
import { fail, pass, skip } from '../../verdict.ts';

/** Seconds. Reading takes up to two; tickets are still taken at this distance (PVE allows 300 s from the future). */
const MOST = 10;

export const clockSkew = defineCheck({
  id: 'PVE-CLOCK-SKEW',
  group: 'node',
  title: 'Nodes agree about the time',
  looksAt: 'GET /nodes/{node}/time of every node',
  why: 'A ticket of one node looks to another like one from the future, and is refused.',
  needs: 'api',
  scope: 'cluster',
  read: (look, { online }) =>
    Promise.all(online.map(async (node) => ({ node, said: await look.on(node).get('/nodes/{node}/time') }))),
  judge(seen) {
    if (seen.length < 2) return skip('there is one node');
    const times = seen.map(({ node, said }) => {
      const time = numberAt(rowOf(said, `the time of ${node}`), 'time');
      if (time === undefined) throw new Garbled(`the time of ${node}`, said);
      return { node, time };
    });
    const first = times.reduce((a, b) => (b.time < a.time ? b : a));
    const last = times.reduce((a, b) => (b.time > a.time ? b : a));
    const apart = last.time - first.time;
    if (apart <= MOST) return pass('the clocks of all nodes agree');
    return fail(`${last.node} is ${apart} s ahead of ${first.node}`, {
      text: 'set the clock of the one that is wrong; chrony does it at once so',
      command: 'chronyc makestep',
    });
  },
});
