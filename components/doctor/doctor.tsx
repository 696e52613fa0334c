import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { chosenFinding, type DoctorBrowse } from '../../src/view/doctor/browse.ts';
import { fixRows } from '../../src/view/doctor/details.ts';
import { type DoctorAct, doctorKey, stillLooking } from '../../src/view/doctor/keys.ts';
import { findingsOf } from '../../src/view/doctor/list.ts';
import type { LiveDoctor } from '../../src/view/doctor/live-doctor.ts';
import { fixQuestion, mendingRows, mendingText } from '../../src/view/doctor/mending.ts';
import { againText, detailLines } from '../../src/view/doctor/overview.ts';
import type { DoctorState } from '../../src/view/doctor/state.ts';
import { Frame, type Notice, targetName } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { useBody, useLook } from '../look.ts';
import { Scrolled } from '../scrolled.tsx';
import { Trouble } from '../trouble.tsx';
import { Waiting } from '../waiting.tsx';
import { doctorHelp, doctorKeyHints, fixKeyHints, mendingKeyHints } from './keys.ts';
import { DoctorOverview } from './overview.tsx';

export interface DoctorProps {
  live: LiveDoctor;
  browse: DoctorBrowse;
  onBrowse: (browse: DoctorBrowse) => void;
  onBack: () => void;
  onHelp: (topic: HelpTopic) => void;
  /** Leaves the application although something is being fixed. */
  onLeave: () => void;
}

/** What is wrong with the nodes, why, and how to fix it; live while the checks run. */
export function Doctor(props: DoctorProps) {
  const { live, onBack } = props;
  const { target } = useLook();
  const state = useSyncExternalStore(live.watch, live.view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks once, when the screen is opened for the first time
  useEffect(() => {
    if (state.look === 'never') live.look();
  }, []);
  if (state.look === 'failed' && state.mending === 'no') {
    const what = `The doctor could not look at ${targetName(target)}`;
    return (
      <Trouble title="doctor" what={what} error={state.error} onRetry={() => live.look()} onBack={onBack} />
    );
  }
  if (state.jobs.length === 0 && state.look !== 'cancelled')
    return <Waiting title="doctor" what={`Reaching ${targetName(target)}`} onBack={onBack} />;
  return <Findings {...props} state={state} />;
}

function Findings({
  live,
  browse,
  onBrowse,
  onBack,
  onHelp,
  onLeave,
  state,
}: DoctorProps & { state: DoctorState }) {
  const { signs } = useLook();
  const { width, height } = useBody();
  const findings = useMemo(() => findingsOf(state), [state]);
  const finding = chosenFinding(browse, findings);
  const page = pageOf();
  const lines = page?.lines ?? [];

  // Keys may come faster than frames: each goes on from the one before, not from what is drawn. Nobody else
  // changes it while this is mounted.
  const newest = useRef(browse);
  useKeys(
    (press) => {
      const from = { browse: newest.current, state: live.view() };
      const pressed = doctorKey(press, { ...from, lines: { count: lines.length, height } });
      newest.current = pressed.browse;
      onBrowse(pressed.browse);
      if (pressed.act) act(pressed.act);
    },
    { interrupt: state.mending !== 'no' },
  );

  function act(what: DoctorAct): void {
    if (what.do === 'look') live.look(what.only);
    else if (what.do === 'mend') live.mend(what.items);
    else if (what.do === 'help') onHelp(doctorHelp);
    else if (what.do === 'back') onBack();
    else if (what.do === 'leave') onLeave();
    else live[what.do]();
  }

  /** What takes the place of groups and list. */
  function pageOf() {
    const paper = { signs, width };
    if (state.mending !== 'no') return { title: 'fix', lines: mendingRows(state, paper) };
    if (browse.view === 'fix') return { title: 'fix', lines: fixRows(browse.fixing, paper) };
    const details =
      browse.view === 'details' ? detailLines({ browse, state, findings, signs }, { width }) : [];
    return details.length > 0
      ? { title: finding?.members[0].id ?? 'what works here', lines: details }
      : undefined;
  }

  const more = { signs, scrolls: lines.length > height };
  return (
    <Frame
      title={page ? `doctor ${signs.dot} ${page.title}` : 'doctor'}
      keys={
        state.mending !== 'no'
          ? mendingKeyHints(state, more)
          : browse.view === 'fix'
            ? fixKeyHints(more)
            : doctorKeyHints({ browse, state, finding, findings }, more)
      }
      notice={noticeOf({ browse, state })}
    >
      {page ? (
        <Scrolled lines={lines} from={browse.from} width={width} height={height} />
      ) : (
        <DoctorOverview browse={browse} state={state} findings={findings} width={width} height={height} />
      )}
    </Frame>
  );
}

function noticeOf({ browse, state }: { browse: DoctorBrowse; state: DoctorState }): Notice | undefined {
  if (state.mending === 'stopping')
    return { text: 'Stopping: what is begun comes to its end first.', as: 'warning' };
  if (state.mending === 'running') return { text: `Fixing: ${mendingText(state)}`, as: 'accent' };
  if (state.mending === 'over') {
    const bad = state.mends.some(({ status }) => status === 'failed');
    return { text: `${mendingText(state)} ${afterwards(state)}`, as: bad ? 'failed' : 'ok' };
  }
  if (browse.view === 'fix') return { text: fixQuestion(browse.fixing), as: 'warning' };
  // What was to be waited for is over.
  const over = browse.notice === stillLooking && state.look === 'done';
  if (browse.notice && !over) return { text: browse.notice, as: 'warning' };
  if (state.only && state.look === 'done') return againNotice(state, state.only);
  return undefined;
}

/** Whatever was fixed may have been the reason of something else. */
function afterwards(state: DoctorState): string {
  if (state.look === 'done') return 'All was looked at again.';
  return state.look === 'running' || state.look === 'reaching' ? 'All is being looked at again.' : '';
}

function againNotice(state: DoctorState, only: readonly string[]): Notice {
  const { text, counts } = againText(state, only);
  return { text, as: counts.fail > 0 ? 'failed' : counts.warn > 0 ? 'warning' : 'ok' };
}
