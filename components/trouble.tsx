import { useState } from 'react';
import { describeError } from '../src/errors.ts';
import { isLetter } from '../src/view/press.ts';
import type { Cell } from '../src/view/text/cells.ts';
import { wrapWords } from '../src/view/text/fit.ts';
import { harmless } from '../src/view/text/harmless.ts';
import { Frame } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { lastStart, Scrolled } from './scrolled.tsx';

interface TroubleProps {
  title?: string;
  /** What was being done: `The plan could not be made`. */
  what: string;
  error: unknown;
  onRetry?: () => void;
  /** To the answer that is wrong; enter does this rather than another try. */
  onChange?: () => void;
  onBack: () => void;
}

/** Something did not work: what, why and what to do, with another try where that makes sense. */
export function Trouble({ title, what, error, onRetry, onChange, onBack }: TroubleProps) {
  const { width, height } = useBody();
  const { signs } = useLook();
  const [from, setFrom] = useState(0);
  const lines: Cell[][] = [
    [],
    [
      { text: ` ${signs.failed} `, as: 'failed', said: 'Failed:' },
      { text: what, bold: true, grow: true },
    ],
    [],
    ...describeError(error).flatMap((line) => {
      const indent = line.startsWith('  ') ? '     ' : '   ';
      const text = harmless(line.trim()).replace(/^→/, signs.active);
      return wrapWords(text, width - indent.length).map((part): Cell[] => [
        { text: indent + part, grow: true },
      ]);
    }),
  ];
  const long = lines.length > height;
  useKeys((press) => {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10 }[press.key as string];
    if (by !== undefined) setFrom(lastStart(lines.length, { from: Math.max(0, from + by), height }));
    else if (press.key === 'escape' || press.key === 'left') onBack();
    else if (onChange && press.key === 'enter') onChange();
    else if (onRetry && (press.key === 'enter' || isLetter(press, 'r'))) onRetry();
  });
  return (
    <Frame
      {...(title ? { title } : {})}
      keys={[
        ...(onChange ? [{ key: signs.enter, does: 'change the answer' }] : []),
        ...(onRetry ? [{ key: onChange ? 'r' : signs.enter, does: 'try again' }] : []),
        { key: 'esc', does: 'back' },
        ...(long ? [{ key: signs.updown, does: 'scroll' }] : []),
      ]}
    >
      <Scrolled lines={lines} from={from} width={width} height={height} />
    </Frame>
  );
}
