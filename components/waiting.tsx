import { Text, useAnimation } from 'ink';
import { durationText } from '../src/view/text/durations.ts';
import { Frame } from './frame.tsx';
import { useKeys } from './keys.tsx';
import { useBody, useLook } from './look.ts';
import { Gap, Row } from './row.tsx';

interface WaitingProps {
  title?: string;
  /** What is waited for: `Reading what pve1 has`. */
  what: string;
  onBack: () => void;
}

/** A wait, and for what. After some seconds it says for how long already. */
export function Waiting({ title, what, onBack }: WaitingProps) {
  const { width } = useBody();
  useKeys((press) => {
    if (press.key === 'escape' || press.key === 'left') onBack();
  });
  return (
    <Frame {...(title ? { title } : {})} keys={[{ key: 'esc', does: 'back' }]}>
      <Gap />
      <WaitingLine what={what} width={width} />
    </Frame>
  );
}

export function WaitingLine({ what, width }: { what: string; width: number }) {
  const { signs, screenReader } = useLook();
  const { frame, time } = useAnimation({ interval: 120, isActive: !screenReader });
  if (screenReader) return <Text>{`${what}, please wait`}</Text>;
  const sign = signs.spinner[frame % signs.spinner.length] ?? '';
  const since = time >= 3000 ? `  ${durationText(time)}` : '';
  return (
    <Row
      width={width}
      cells={[
        { text: ` ${sign} `, as: 'accent' },
        { text: `${what} ${signs.ellipsis}` },
        { text: since, as: 'dim', grow: true },
      ]}
    />
  );
}
