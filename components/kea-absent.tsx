import type { Cell } from '../src/view/cells.ts';
import { wrapWords } from '../src/view/fit.ts';
import { harmless } from '../src/view/harmless.ts';
import { type KeaReading, noAgentText } from '../src/view/kea-reading.ts';
import { isLetter } from '../src/view/press.ts';
import { Frame } from './frame.tsx';
import { keaHelp, keaTitle } from './kea-help.ts';
import { KeaNodeLine, type KeaWays } from './kea-node-line.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { Scrolled } from './scrolled.tsx';

interface KeaAbsentProps extends KeaWays {
  reading: Exclude<KeaReading, { agent: 'running' }>;
  onInstall: (() => void) | undefined;
}

/** There is no agent to ask: why, and what to do. It is looked for again while this stands here. */
export function KeaAbsent({ reading, onInstall, ...ways }: KeaAbsentProps) {
  const { signs, target } = useLook();
  const { width, height } = useBody();
  const canInstall = onInstall !== undefined && reading.agent === 'absent';
  const { what, why, todo } = noAgentText(reading, { canInstall, sandbox: target.kind === 'sandbox' });
  useKeys((press) => {
    if (press.key === 'escape' || press.key === 'left' || isLetter(press, 'q')) ways.onBack();
    else if (isLetter(press, 'i') && canInstall) onInstall();
    else if (isLetter(press, 'n')) ways.onNextNode?.();
    else if (isLetter(press, 'r')) ways.onRefresh();
    else if (isLetter(press, '?')) ways.onHelp(keaHelp);
  });
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
      <Scrolled lines={lines} from={0} width={width} height={height - 1} />
    </Frame>
  );
}
