import { useMemo, useSyncExternalStore } from 'react';
import { findingsOf } from '../../src/view/doctor/list.ts';
import type { LiveDoctor } from '../../src/view/doctor/live-doctor.ts';
import { doctorStatus } from '../../src/view/doctor/rows.ts';
import { newDoctor } from '../../src/view/doctor/state.ts';
import { useLook } from '../look.ts';

/** The doctor's line in the menu, once known with what was found; none where the session has no doctor. */
export function useDoctorLine(live: LiveDoctor | undefined): ReturnType<typeof doctorStatus> | undefined {
  const { signs } = useLook();
  const state = useSyncExternalStore(live?.watch ?? watchNothing, live?.view ?? viewNothing);
  const findings = useMemo(() => findingsOf(state), [state]);
  return live && doctorStatus(state, { findings, signs });
}

const watchNothing = () => () => {};
const viewNothing = () => newDoctor;
