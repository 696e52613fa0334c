import { Box, useApp, useWindowSize } from 'ink';
import { useMemo, useState } from 'react';
import { newBrowse } from '../src/view/doctor/browse.ts';
import { liveDoctor } from '../src/view/doctor/live-doctor.ts';
import { type Begin, type LiveRun, liveRun } from '../src/view/run/live-run.ts';
import type { RunState } from '../src/view/run/state.ts';
import type { RunSummary, Session, WorkflowEntry } from '../src/view/session.ts';
import { harmless } from '../src/view/text/harmless.ts';
import { signsFor, spokenSigns } from '../src/view/text/signs.ts';
import type { Change } from '../src/view/wizard/way.ts';
import { Ask } from './ask.tsx';
import { DoctorScreen } from './doctor/screen.tsx';
import { Help, type HelpTopic } from './help.tsx';
import { Home } from './home/home.tsx';
import { KeaScreen } from './kea/screen.tsx';
import { KeyRouter } from './keys.tsx';
import { type Look, LookContext, type Terminal } from './look.ts';
import { ReviewScreen } from './review/screen.tsx';
import { RunDetails } from './run/details.tsx';
import { RunsScreen } from './run/runs-screen.tsx';
import { RunScreen } from './run/screen.tsx';
import { SafetyNet } from './safety-net.tsx';
import { Trouble } from './trouble.tsx';
import { useAsked } from './use-asked.ts';
import { Leave } from './wizard/leave.tsx';
import { WizardScreen } from './wizard/screen.tsx';
import { useWizards } from './wizard/use-wizards.ts';

export interface AppProps {
  session: Session;
  terminal: Terminal;
  /** Called once, with the last run that came to an end, before the application leaves. */
  onExit: (last: RunState | undefined) => void;
  now?: () => number;
}

type Screen =
  | { name: 'home'; start?: string }
  /** `change`: where in the answers the user is brought. */
  | { name: 'wizard'; workflow: WorkflowEntry; change?: Change }
  | { name: 'review'; workflow: WorkflowEntry }
  | { name: 'run'; title: string; live: LiveRun; from: Screen }
  | { name: 'kea' | 'doctor' | 'runs' }
  | { name: 'run-details'; run: RunSummary };

/** The terminal UI: one screen at a time; help, and questions that cannot wait, above it. */
export function App({ session, terminal, onExit, now = Date.now }: AppProps) {
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [screen, setScreen] = useState<Screen>({ name: 'home' });
  const [help, setHelp] = useState<HelpTopic>();
  const wizards = useWizards(session);
  const [last, setLast] = useState<RunState>();
  const [doctor] = useState(() => session.doctor && liveDoctor(session.doctor));
  const [browse, setBrowse] = useState(newBrowse);
  const [leaving, setLeaving] = useState(false);
  const asked = useAsked(session);
  const { color, ascii, screenReader } = terminal;
  const look = useMemo<Look>(
    () => ({
      color,
      ascii,
      screenReader,
      signs: screenReader ? spokenSigns : signsFor(ascii),
      columns,
      rows,
      // Asked for anew at each drawing: it knows more once the target was reached.
      get target() {
        return session.target;
      },
      now,
    }),
    [color, ascii, screenReader, columns, rows, session, now],
  );
  const leave = () => {
    onExit(last);
    exit();
  };
  const leaveOrAsk = () => (wizards.unsaved.length > 0 && !leaving ? setLeaving(true) : leave());
  const home = () => setScreen({ name: 'home' });
  const startRun = (title: string, begin: Begin) =>
    setScreen({
      name: 'run',
      title: harmless(title),
      live: liveRun(begin),
      from: screen.name === 'run' ? screen.from : screen,
    });
  const resume = (run: string, title: string) => startRun(title, (options) => session.resume(run, options));
  const undo = (run: string, title: string) => startRun(title, (options) => session.undo(run, options));

  const shown = () => {
    switch (screen.name) {
      case 'home':
        return (
          <Home
            session={session}
            begun={wizards.begun}
            doctor={doctor}
            start={screen.start}
            onOpen={(id) => {
              const workflow = session.workflows.find((one) => one.id === id);
              if (workflow) setScreen({ name: 'wizard', workflow });
              else setScreen({ name: id === '#kea' ? 'kea' : id === '#doctor' ? 'doctor' : 'runs' });
            }}
            onHelp={setHelp}
            onQuit={leaveOrAsk}
          />
        );
      case 'wizard':
        return (
          <WizardScreen
            session={session}
            workflow={screen.workflow}
            state={wizards.of(screen.workflow.id)}
            {...(screen.change === undefined ? {} : { change: screen.change })}
            onSave={(file) => wizards.save(screen.workflow.id, file)}
            onState={(state) => wizards.change(screen.workflow.id, state)}
            onReview={() => setScreen({ name: 'review', workflow: screen.workflow })}
            onLeave={() => setScreen({ name: 'home', start: screen.workflow.id })}
            onHelp={setHelp}
          />
        );
      case 'review':
        return (
          <ReviewScreen
            session={session}
            workflow={screen.workflow}
            answers={wizards.answers(screen.workflow.id)}
            onSave={(file) => wizards.save(screen.workflow.id, file)}
            onGo={(planned, { dryRun }) =>
              startRun(planned.plan.title, (options) => session.run(planned, { ...options, dryRun }))
            }
            onBack={(change) =>
              setScreen({
                name: 'wizard',
                workflow: screen.workflow,
                ...(change === undefined ? {} : { change }),
              })
            }
            onHelp={setHelp}
          />
        );
      case 'run':
        return (
          <RunScreen
            title={screen.title}
            live={screen.live}
            onEnd={setLast}
            onResume={(run) => resume(run, screen.title)}
            onUndo={(run) => undo(run, screen.title)}
            onBack={() => setScreen(screen.from)}
            onHome={home}
            onLeave={leave}
            onHelp={setHelp}
          />
        );
      case 'kea': {
        const workflow = session.workflows.find(({ id }) => id === 'kea');
        return (
          <KeaScreen
            session={session}
            onInstall={workflow && (() => setScreen({ name: 'wizard', workflow }))}
            onBack={() => setScreen({ name: 'home', start: '#kea' })}
            onHelp={setHelp}
          />
        );
      }
      case 'doctor':
        return (
          doctor && (
            <DoctorScreen
              live={doctor}
              browse={browse}
              onBrowse={setBrowse}
              onBack={() => setScreen({ name: 'home', start: '#doctor' })}
              onHelp={setHelp}
              onLeave={leave}
            />
          )
        );
      case 'runs':
        return (
          <RunsScreen
            session={session}
            onOpen={(run) => setScreen({ name: 'run-details', run })}
            onResume={(run) => resume(run.id, run.title)}
            onUndo={(run) => undo(run.id, run.title)}
            onBack={() => setScreen({ name: 'home', start: '#runs' })}
            onHelp={setHelp}
          />
        );
      case 'run-details':
        return (
          <RunDetails
            session={session}
            run={screen.run}
            onResume={() => resume(screen.run.id, screen.run.title)}
            onUndo={() => undo(screen.run.id, screen.run.title)}
            onBack={() => setScreen({ name: 'runs' })}
          />
        );
    }
  };

  return (
    <LookContext value={look}>
      <KeyRouter onInterrupt={leaveOrAsk}>
        <SafetyNet
          caught={(error, clear) => (
            <Trouble
              what="This screen could not be drawn"
              error={error}
              onBack={() => {
                clear();
                home();
              }}
            />
          )}
        >
          {/* Below help or a question the screen stays as it is: what is typed there is not lost. */}
          <Box display={help || leaving || asked ? 'none' : 'flex'}>{shown()}</Box>
          {help && !leaving && !asked && <Help topic={help} onClose={() => setHelp(undefined)} />}
          {asked && !leaving && <Ask question={asked.question} onAnswer={asked.answer} />}
          {leaving && (
            <Leave
              unsaved={wizards.unsaved}
              onSave={wizards.save}
              onLeave={leave}
              onStay={() => setLeaving(false)}
            />
          )}
        </SafetyNet>
      </KeyRouter>
    </LookContext>
  );
}
