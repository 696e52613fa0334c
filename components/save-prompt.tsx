import { useState } from 'react';
import { describeError } from '../src/errors.ts';
import { harmless } from '../src/view/harmless.ts';
import type { Press } from '../src/view/press.ts';
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

/** Asks for a file name, saves, and says where it went. */
export function useSaving(save: (file: string) => Promise<string>, suggestion: string): Saving {
  const [line, setLine] = useState<Typing>();
  const [notice, setNotice] = useState<Notice>();
  const write = async (file: string) => {
    setNotice({ text: `Saving ${file} …`, as: 'dim' });
    try {
      const name = await save(file);
      setNotice({ text: `Saved as ${harmless(name)}; proxwright apply does the same with it.`, as: 'ok' });
    } catch (error) {
      setNotice({ text: `Not saved: ${harmless(describeError(error).join(' '))}`, as: 'failed' });
    }
  };
  return {
    line,
    notice,
    begin: () => setLine(typingOf(suggestion)),
    dismiss: () => setNotice(undefined),
    press: (press) => {
      if (!line) return;
      if (press.key === 'escape') setLine(undefined);
      else if (press.key === 'enter') {
        setLine(undefined);
        if (line.text.trim()) void write(line.text.trim());
      } else setLine(type(line, press) ?? line);
    },
  };
}

export const savingKeys: readonly KeyHint[] = [
  { key: 'enter', does: 'save' },
  { key: 'esc', does: 'do not save' },
];
