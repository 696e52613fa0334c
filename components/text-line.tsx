import type { Cell } from '../src/view/text/cells.ts';
import { typedView } from '../src/view/typed-view.ts';
import type { Typing } from '../src/view/typing.ts';
import { useLook } from './look.ts';
import { Row } from './row.tsx';

interface TextLineProps {
  line: Typing;
  width: number;
  /** Shows nothing of the text but its length. */
  secret?: boolean;
  /** In front of the line; the cursor sign unless given. */
  label?: string;
  unit?: string | undefined;
}

/** A line being typed, with its caret. */
export function TextLine({ line, width, secret = false, label, unit }: TextLineProps) {
  const { signs, color, screenReader } = useLook();
  const prompt = label ?? `${signs.cursor} `;
  if (screenReader) {
    const typed = secret ? `${line.text.length} characters` : line.text || 'nothing yet';
    return <Row width={width} cells={[{ text: `${label ?? 'Typed:'} ${typed} ${unit ?? ''}` }]} />;
  }
  const room = width - prompt.length - (unit ? unit.length + 2 : 0);
  const view = typedView(line, room, secret ? signs.hidden : undefined);
  // Without colours the caret is a sign of its own, standing before the character.
  const caret: Cell[] = color
    ? [{ text: view.under || ' ', inverse: true }]
    : [{ text: signs.caret }, { text: view.under }];
  return (
    <Row
      width={width}
      cells={[
        { text: prompt, as: 'accent' },
        { text: view.before },
        ...caret,
        { text: view.after },
        { text: unit ? `  ${unit}` : '', as: 'dim' },
      ]}
    />
  );
}
