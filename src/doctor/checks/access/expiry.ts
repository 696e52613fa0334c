import { defineCheck } from '../../check.ts';
import { numberAt, rowsOf, textAt } from '../../understand.ts';
import { info, orPass, warn } from '../../verdict.ts';

const DAY = 86_400;

export const expiry = defineCheck({
  id: 'ACC-EXPIRY',
  group: 'access',
  title: 'Users and tokens do not end soon',
  looksAt: 'GET /access/users?full=1',
  why: 'A pipeline whose token ended last night says 401 and nothing more.',
  needs: 'api',
  scope: 'cluster',
  read: (look) => look.get('/access/users', { full: 1 }),
  judge(seen, { now }) {
    const all = rowsOf(seen, 'the users').flatMap((row) => {
      const user = textAt(row, 'userid');
      const tokens = Array.isArray(row.tokens) ? rowsOf(row.tokens, 'the tokens') : [];
      return [
        { name: user, ends: numberAt(row, 'expire') ?? 0, command: `pveum user modify ${user} --expire 0` },
        ...tokens.map((token) => ({
          name: `${user}!${textAt(token, 'tokenid')}`,
          ends: numberAt(token, 'expire') ?? 0,
          command: `pveum user token modify ${user} ${textAt(token, 'tokenid')} --expire 0`,
        })),
      ];
    });
    const verdicts = all.flatMap(({ name, ends, command }) => {
      if (ends === 0 || ends > now + 14 * DAY) return [];
      const day = new Date(ends * 1000).toISOString().slice(0, 10);
      return ends <= now
        ? [info(`${name} ended on ${day}`, { text: 'remove it, or give it a new end', command })]
        : [warn(`${name} ends on ${day}`, { text: 'give it a new end', command })];
    });
    return orPass(verdicts, `${all.length} users and tokens`);
  },
});
