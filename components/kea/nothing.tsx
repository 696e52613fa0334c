import { type NoStatus, noAgentText } from '../../src/view/kea/reading.ts';
import { isLetter } from '../../src/view/press.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { Frame } from '../frame.tsx';
import { useKeys } from '../keys.tsx';
import { useBody, useLook } from '../look.ts';
import { Gap } from '../row.tsx';
import { Scrolled } from '../scrolled.tsx';
import { WaitingLine } from '../waiting.tsx';
import { keaHelp, keaTitle } from './help.ts';
import { KeaNodeLine, type KeaWays } from './node-line.tsx';

interface KeaNothingProps extends KeaWays {
  reading: NoStatus;
  onInstall: (() => void) | undefined;
}

/** Nothing is to be seen of a node: why, and what to do. It is asked again while this stands here. */
export function KeaNothing({ reading, onInstall, ...ways }: KeaNothingProps) {
  const { signs } = useLook();
  const { width, height } = useBody();
  const canInstall = onInstall !== undefined && reading.agent === 'absent';
  useKeys((press) => {
    if (press.key === 'escape' || press.key === 'left' || isLetter(press, 'q')) ways.onBack();
    else if (isLetter(press, 'i') && canInstall) onInstall();
    else if (isLetter(press, 'n')) ways.onNextNode?.();
    else if (isLetter(press, 'r')) ways.onRefresh();
    else if (isLetter(press, '?')) ways.onHelp(keaHelp);
  });
  return (
    <Frame
      title={keaTitle}
      keys={[
        ...(canInstall ? [{ key: 'i', does: 'install it' }] : []),
        ...(ways.onNextNode ? [{ key: 'n', does: 'next node' }] : []),
        { key: 'r', does: 'look again' },
        { key: signs.back, does: 'back' },
        { key: '?', does: 'help' },
      ]}
    >
      <KeaNodeLine nodes={ways.nodes} node={ways.node} width={width} />
      {reading.agent === 'asked' ? (
        <>
          <Gap />
          <WaitingLine what={`Asking the Kea agent of ${harmless(reading.node)}`} width={width} />
        </>
      ) : (
        <Reasons reading={reading} canInstall={canInstall} width={width} height={height - 1} />
      )}
    </Frame>
  );
}

interface ReasonsProps {
  reading: Exclude<NoStatus, { agent: 'asked' }>;
  canInstall: boolean;
  width: number;
  height: number;
}

function Reasons({ reading, canInstall, width, height }: ReasonsProps) {
  const { signs, target } = useLook();
  const { what, why, todo } = noAgentText(reading, { canInstall, sandbox: target.kind === 'sandbox' });
  const paragraph = (text: string, first: Cell): Cell[][] =>
    wrapWords(harmless(text), width - 4).map((line, at): Cell[] => [
      at === 0 ? first : { text: '   ', said: '' },
      { text: line, grow: true },
    ]);
  const none: Cell = { text: '   ', said: '' };
  const lines: Cell[][] = [
    [],
    [
      { text: ` ${signs.warning} `, as: 'warning' },
      { text: harmless(what), bold: true, grow: true },
    ],
    [],
    ...why.flatMap((text) => paragraph(text, none)),
    [],
    ...todo.flatMap((text) => paragraph(text, { text: ` ${signs.active} `, as: 'accent' })),
  ];
  return <Scrolled lines={lines} from={0} width={width} height={height} />;
}
