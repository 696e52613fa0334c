import { describeError } from '../src/errors.ts';
import { wrapWords } from '../src/view/fit.ts';
import { harmless } from '../src/view/harmless.ts';
import { isLetter } from '../src/view/press.ts';
import { Frame } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { Gap, Row } from './row.tsx';

interface TroubleProps {
  title?: string;
  /** What was being done: `The plan could not be made`. */
  what: string;
  error: unknown;
  onRetry?: () => void;
  onBack: () => void;
}

/** Something did not work: what, why and what to do, with another try where that makes sense. */
export function Trouble({ title, what, error, onRetry, onBack }: TroubleProps) {
  const { width } = useBody();
  const { signs } = useLook();
  useKeys((press) => {
    if (press.key === 'escape' || press.key === 'left') onBack();
    else if (onRetry && (press.key === 'enter' || isLetter(press, 'r'))) onRetry();
  });
  const lines = describeError(error).flatMap((line) => {
    const indent = line.startsWith('  ') ? '     ' : '   ';
    const text = harmless(line.trim()).replace(/^→/, signs.active);
    return wrapWords(text, width - indent.length).map((part) => indent + part);
  });
  const retry = onRetry ? [{ key: signs.enter, does: 'try again' }] : [];
  return (
    <Frame {...(title ? { title } : {})} keys={[...retry, { key: 'esc', does: 'back' }]}>
      <Gap />
      <Row
        width={width}
        cells={[
          { text: ` ${signs.failed} `, as: 'failed', said: 'Failed:' },
          { text: what, bold: true, grow: true },
        ]}
      />
      <Gap />
      {lines.map((line) => (
        <Row key={line} width={width} cells={[{ text: line, grow: true }]} />
      ))}
    </Frame>
  );
}
