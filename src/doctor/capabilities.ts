import type { AnyCheck, Section } from './check.ts';
import type { Result } from './run.ts';

/** What one can do on this target, and what stands in the way. */
export interface Capability {
  section: Section;
  title: string;
  /** Ids of the checks whose findings stand in the way, each once. */
  missing: readonly string[];
  /** Ids of the checks that could not look. */
  unknown: readonly string[];
}

/** What this version can do; checks know of sections whose workflows are still to come. */
const TITLES: readonly (readonly [Section, string])[] = [
  ['clusters', 'Flatcar clusters'],
  ['kea', 'DHCP by Kea'],
  ['maas_image', 'MAAS image'],
  ['maas', 'upload of images to MAAS'],
];

/** Sections by what was found: a failure stands in the way of those it concerns, and so does what is lacking. */
export function capabilitiesOf(results: readonly Result[]): Capability[] {
  return TITLES.map(([section, title]) => {
    const about = results.filter(({ check }) => concerns(check, section));
    const ids = (wanted: (result: Result) => boolean): string[] => [
      ...new Set(about.filter(wanted).map(({ check }) => check.id)),
    ];
    return {
      section,
      title,
      missing: ids(
        // What is wrong with guests that are there stands in the way of none that is to come.
        ({ check, verdict }) =>
          (verdict.severity === 'fail' && check.gate !== 'tells') || verdict.lacks === true,
      ),
      unknown: ids(({ check, seen }) => !seen && check.for?.includes(section) === true),
    };
  });
}

function concerns(check: AnyCheck, section: Section): boolean {
  return check.for === undefined
    ? check.needs !== 'local' && section !== 'maas_image' && section !== 'maas'
    : check.for.includes(section);
}
