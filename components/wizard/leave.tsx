import { isCtrl, isLetter } from '../../src/view/press.ts';
import type { Answers, WorkflowEntry } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { counted } from '../../src/view/text/durations.ts';
import { suggestedFile } from '../../src/view/wizard/suggested-file.ts';
import { Frame } from '../frame.tsx';
import { useKeys } from '../keys.tsx';
import { useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { savingKeys, useSaving } from '../save-prompt.tsx';
import { TextLine } from '../text-line.tsx';

/** Answers of a wizard that are in no file. */
export interface Unsaved {
  workflow: WorkflowEntry;
  answers: Answers;
}

interface LeaveProps {
  unsaved: readonly Unsaved[];
  onSave: (workflow: string, file: string) => Promise<string>;
  onLeave: () => void;
  onStay: () => void;
}

/** Asked once before the application is left while answers would be lost. */
export function Leave({ unsaved, onSave, onLeave, onStay }: LeaveProps) {
  const { signs } = useLook();
  const { width } = useBody();
  const first = unsaved[0];
  const saving = useSaving(
    (file) => onSave(first?.workflow.id ?? '', file),
    first ? suggestedFile(first.workflow.id, first.answers) : '',
  );
  useKeys(
    (press) => {
      if (isCtrl(press, 'c')) onLeave();
      else if (saving.line) saving.press(press);
      else if (isLetter(press, 's') || isCtrl(press, 's')) {
        if (first) saving.begin();
      } else if (isLetter(press, 'y') || isLetter(press, 'q') || press.key === 'enter') onLeave();
      else if (isLetter(press, 'n') || press.key === 'escape') onStay();
    },
    { interrupt: true },
  );
  const what: Cell[] =
    unsaved.length > 0
      ? [
          { text: ` ${signs.warning} `, as: 'warning', said: '' },
          { text: 'These answers are in no file yet, and would be forgotten:', bold: true, grow: true },
        ]
      : [
          { text: ` ${signs.ok} `, as: 'ok', said: '' },
          { text: 'All answers are saved.', bold: true, grow: true },
        ];
  return (
    <Frame
      title="Leave?"
      keys={
        saving.line
          ? savingKeys
          : [
              ...(unsaved.length > 0 ? [{ key: 's', does: 'save them' }] : []),
              { key: 'y', does: 'leave' },
              { key: 'esc', does: 'stay' },
            ]
      }
      notice={saving.notice}
    >
      <Gap />
      <Row width={width} cells={what} />
      {unsaved.map(({ workflow, answers }) => (
        <Row
          key={workflow.id}
          width={width}
          cells={[
            { text: `   ${workflow.title}: ${counted(Object.keys(answers).length, 'answer')}`, grow: true },
          ]}
        />
      ))}
      <Gap />
      {saving.line && <TextLine line={saving.line} width={width} label=" Save the answers as: " />}
    </Frame>
  );
}
