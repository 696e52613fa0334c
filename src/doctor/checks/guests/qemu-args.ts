import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { count, fail, orPass, warn } from '../../verdict.ts';

export const qemuArgs = defineCheck({
  id: 'VM-ARGS',
  group: 'guests',
  title: 'Arguments for QEMU are whole',
  looksAt: 'args of all guests',
  why: 'With a quote that is not closed Proxmox VE drops all arguments without a word: the guest starts without its Ignition or shares.',
  needs: 'api',
  scope: 'cluster',
  gate: 'tells',
  read: readGuests,
  judge(guests) {
    const own = guests.filter((guest) => guest.config?.args !== undefined);
    const verdicts = own.flatMap((guest): Verdict[] => {
      const text = guest.config?.args ?? '';
      const fix = { text: 'correct the arguments', command: `qm showcmd ${guest.vmid} --pretty` };
      const open = openQuote(text);
      if (open)
        return [
          fail(
            `args of guest ${guestName(guest)} have a ${open} that is not closed: all of them are dropped`,
            fix,
          ),
        ];
      if (/[^\x20-\x7e\t]/.test(text))
        return [
          warn(`args of guest ${guestName(guest)} hold characters beyond ASCII, which arrive as others`, fix),
        ];
      return [];
    });
    return orPass(
      verdicts,
      own.length === 0 ? 'no guest has any' : `${count(own.length, 'guest')} with some`,
    );
  },
});

/** As Perl's shellwords splits: a backslash takes the next character, save between single quotes. */
function openQuote(text: string): string | undefined {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote === '') quote = character === '"' || character === "'" ? character : '';
    else if (character === quote) quote = '';
  }
  return quote === '"' ? 'double quote' : quote === "'" ? 'single quote' : undefined;
}
