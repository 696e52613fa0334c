// The ratios of the design's speed table. `npm run bench -- NAME` for some of them. Each runs in a process of
// its own, so that one's memory is not another's.
import { execFileSync } from 'node:child_process';
import type { Line } from './measure.ts';

const benches: Readonly<Record<string, () => Promise<() => Promise<Line[]>>>> = {
  startup: async () => (await import('./startup.ts')).startup,
  guests: async () => (await import('./guests.ts')).guests,
  plan: async () => (await import('./plan.ts')).plan,
  doctor: async () => (await import('./doctor.ts')).doctor,
  preflight: async () => (await import('./preflight.ts')).preflight,
  butane: async () => (await import('./butane.ts')).butane,
  kea: async () => (await import('./kea.ts')).kea,
  'maas-image': async () => (await import('./maas-image.ts')).maasImage,
};
const chosen = process.argv.slice(2);

if (chosen.length === 1) {
  const bench = await benches[chosen[0] ?? '']?.();
  if (!bench) throw new Error(`no bench ${chosen[0]}; there are ${Object.keys(benches).join(', ')}`);
  for (const { what, figures, budget, kept } of await bench()) {
    console.log(`${kept ? 'kept  ' : 'MISSED'}  ${what.padEnd(44)} ${figures}   (${budget})`);
    if (!kept) process.exitCode = 1;
  }
} else {
  for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
    try {
      execFileSync(process.execPath, [import.meta.filename, name], { stdio: 'inherit' });
    } catch {
      process.exitCode = 1;
    }
  }
}
