import { useState } from 'react';
import { describeError } from '../src/errors.ts';
import type { Press } from '../src/view/press.ts';
import { harmless } from '../src/view/text/harmless.ts';
import { type Typing, type, typingOf } from '../src/view/typing.ts';
import type { KeyHint, Notice } from './frame.tsx';

export interface Saving {
  /** The file's name while it is asked for. */
  line: Typing | undefined;
  notice: Notice | undefined;
  begin: () => void;
  /** For the keys while the name is asked for. */
  press: (press: Press) => void;
  dismiss: () => void;
}

/** Asks for a file name, saves, and says where it went; a name that cannot be taken is asked for anew. */
export function useSaving(save: (file: string) => Promise<string>, suggestion: string): Saving {
  const [line, setLine] = useState<Typing>();
  const [notice, setNotice] = useState<Notice>();
  const write = async (typed: Typing) => {
    const file = typed.text.trim();
    setNotice({ text: `Saving ${file}`, as: 'dim' });
    try {
      const name = await save(file);
      setNotice({ text: `Saved as ${harmless(name)}; proxwright apply does the same with it.`, as: 'ok' });
    } catch (error) {
      const [what = ''] = describeError(error);
      setLine(typed);
      setNotice({ text: `Not saved: ${harmless(what)}. Give another name, or esc.`, as: 'failed' });
    }
  };
  return {
    line,
    notice,
    begin: () => setLine(typingOf(suggestion)),
    dismiss: () => setNotice(undefined),
    press: (press) => {
      if (!line) return;
      setNotice(undefined);
      if (press.key === 'escape') setLine(undefined);
      else if (press.key === 'enter') {
        setLine(undefined);
        if (line.text.trim()) void write(line);
      } else setLine(type(line, press) ?? line);
    },
  };
}

export const savingKeys: readonly KeyHint[] = [
  { key: 'enter', does: 'save' },
  { key: 'esc', does: 'do not save' },
];
