import { wrapWords } from '../src/view/fit.ts';
import { Frame, type KeyHint } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody } from './look.ts';
import { Gap, Row } from './row.tsx';

/** What `?` explains: a screen or a question. */
export interface HelpTopic {
  title: string;
  paragraphs: readonly string[];
  keys: readonly KeyHint[];
}

/** Stands above the screen that it explains; any key goes back to it. */
export function Help({ topic, onClose }: { topic: HelpTopic; onClose: () => void }) {
  const { width } = useBody();
  useKeys(onClose);
  const widest = Math.max(0, ...topic.keys.map((hint) => hint.key.length));
  return (
    <Frame title="Help" keys={[{ key: 'any key', does: 'back' }]}>
      <Row width={width} cells={[{ text: topic.title, bold: true, grow: true }]} />
      <Gap />
      {topic.paragraphs.flatMap((paragraph) => [
        ...wrapWords(paragraph, Math.min(width, readable)).map((line) => (
          <Row key={line} width={width} cells={[{ text: line, grow: true }]} />
        )),
        <Gap key={`after ${paragraph}`} />,
      ])}
      {topic.keys.map((hint) => (
        <Row
          key={hint.key}
          width={width}
          cells={[
            { text: ` ${hint.key}`, width: widest + 4, as: 'accent' },
            { text: hint.does, grow: true },
          ]}
        />
      ))}
    </Frame>
  );
}

/** Longer lines are hard to read, however wide the terminal is. */
const readable = 76;
