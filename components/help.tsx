import { useState } from 'react';
import type { Cell } from '../src/view/text/cells.ts';
import { wrapWords } from '../src/view/text/fit.ts';
import { Frame, type KeyHint } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { lastStart, Scrolled } from './scrolled.tsx';

/** What `?` explains: a screen or a question. */
export interface HelpTopic {
  title: string;
  paragraphs: readonly string[];
  keys: readonly KeyHint[];
}

/** Stands above the screen that it explains; any key but the arrows goes back to it. */
export function Help({ topic, onClose }: { topic: HelpTopic; onClose: () => void }) {
  const { signs } = useLook();
  const { width, height } = useBody();
  const [from, setFrom] = useState(0);
  const lines = linesOf(topic, width);
  const long = lines.length > height;
  useKeys((press) => {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10 }[press.key as string];
    if (by === undefined || !long) onClose();
    else setFrom(lastStart(lines.length, { from: Math.max(0, from + by), height }));
  });
  return (
    <Frame
      title="Help"
      keys={[
        ...(long ? [{ key: signs.updown, does: 'scroll' }] : []),
        { key: long ? 'other keys' : 'any key', does: 'back' },
      ]}
    >
      <Scrolled lines={lines} from={from} width={width} height={height} />
    </Frame>
  );
}

function linesOf(topic: HelpTopic, width: number): Cell[][] {
  const widest = Math.max(0, ...topic.keys.map((hint) => hint.key.length)) + 4;
  const room = Math.min(width, readable);
  return [
    [{ text: topic.title, bold: true, grow: true }],
    [],
    ...topic.paragraphs.flatMap((paragraph): Cell[][] => [
      ...wrapWords(paragraph, room).map((line): Cell[] => [{ text: line, grow: true }]),
      [],
    ]),
    ...topic.keys.flatMap((hint) =>
      wrapWords(hint.does, room - widest).map((line, at): Cell[] => [
        { text: at === 0 ? ` ${hint.key}` : '', width: widest, as: 'accent' },
        { text: line, grow: true },
      ]),
    ),
  ];
}

/** Longer lines are hard to read, however wide the terminal is. */
const readable = 76;
