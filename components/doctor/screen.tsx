import { useLoad } from '../load.ts';
import { Trouble } from '../trouble.tsx';
import { Waiting } from '../waiting.tsx';
import type { DoctorProps } from './doctor.tsx';

/** The doctor's screen, loaded when it is opened: the menu is there sooner without it. */
export function DoctorScreen(props: DoctorProps) {
  const [loaded, again] = useLoad(() => import('./doctor.tsx'));
  const { onBack } = props;
  if (loaded.status === 'waiting') return <Waiting title="doctor" what="Opening" onBack={onBack} />;
  if (loaded.status === 'ready') return <loaded.value.Doctor {...props} />;
  const what = 'The doctor could not be loaded';
  return <Trouble title="doctor" what={what} error={loaded.error} onRetry={again} onBack={onBack} />;
}
