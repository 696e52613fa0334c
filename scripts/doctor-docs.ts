import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { doctorPage } from '../src/doctor/docs.ts';

/** Writes docs/doctor.md from the checks themselves: `node scripts/doctor-docs.ts`. */
writeFileSync(path.resolve(import.meta.dirname, '../docs/doctor.md'), doctorPage());
