import { isLetter } from '../src/view/press.ts';
import type { Cell } from '../src/view/text/cells.ts';
import { wrapWords } from '../src/view/text/fit.ts';
import { harmless } from '../src/view/text/harmless.ts';
import { Frame, targetName, yesNoKeys } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { Scrolled } from './scrolled.tsx';

/** Something that only a person can say, above whatever screen was open: is this host key right? */
export function Ask({ question, onAnswer }: { question: string; onAnswer: (yes: boolean) => void }) {
  const { signs, target } = useLook();
  const { width, height } = useBody();
  useKeys((press) => {
    if (isLetter(press, 'y')) onAnswer(true);
    else if (isLetter(press, 'n') || press.key === 'escape') onAnswer(false);
  });
  const room = Math.min(width, 80) - 3;
  const lines: Cell[][] = [
    [],
    ...wrapWords(harmless(question), room).map((line, at): Cell[] => [
      { text: at === 0 ? ` ${signs.warning} ` : '   ', as: 'warning', said: '' },
      { text: line, bold: true, grow: true },
    ]),
    [],
    ...wrapWords(`Without a yes, ${targetName(target)} is not spoken to.`, room).map((line): Cell[] => [
      { text: `   ${line}`, as: 'dim', grow: true },
    ]),
  ];
  return (
    <Frame keys={yesNoKeys}>
      <Scrolled lines={lines} from={0} width={width} height={height} />
    </Frame>
  );
}
