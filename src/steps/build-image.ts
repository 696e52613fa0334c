import { buildImage } from '../maas-image/build.ts';
import { buildCalls } from '../maas-image/build-calls.ts';
import type { ImageEdges, PhaseId } from '../maas-image/edges.ts';
import {
  bringBackPrevious,
  forgetPrevious,
  keepPrevious,
  lookAtImage,
  removeFiles,
} from '../maas-image/image-file.ts';
import { buildPhases, overallFraction } from '../maas-image/phases.ts';
import { clearLeftFolder } from '../maas-image/work-folder.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { imageSpecOf, type ShownSpec } from './image-spec-value.ts';
import { sameImage } from './local-image.ts';

export interface BuildImageArgs extends Record<string, StepValue> {
  /** With full names of files; its secrets are taken out. */
  spec: ShownSpec;
  /** Hash of what is asked for. */
  recipe: string;
}

/** `made` is false where somebody else had built the same image meanwhile. */
export type BuildImageReceipt = { output: string; sha256: string; made: boolean; previous: boolean };

/** What an attempt notes: its temporary folder, and whether it kept an earlier image. */
type Note = { folder: string } | { previous: boolean };

/** Builds an image for MAAS on this machine; an earlier one under its name is kept for undo. */
export const buildMaasImage: Verb<BuildImageArgs, BuildImageReceipt> = {
  name: 'build-image',

  calls: ({ spec }): Call[] => buildCalls(imageSpecOf(spec)).map((argv) => ({ node: 'this machine', argv })),

  check({ spec, recipe }, { here }) {
    const found = sameImage(here, { output: spec.output, recipe });
    if (!found) return { needed: true };
    const { sha256 = '', built } = found;
    return {
      needed: false,
      why: `is there, built by the same recipe on ${new Date(built).toISOString().slice(0, 10)}`,
      receipt: { output: spec.output, sha256, made: false, previous: false },
    };
  },

  async apply({ spec: shown, recipe }, context) {
    const spec = imageSpecOf(shown);
    const machine = { ...context.machine(), signal: context.signal };
    const edges: ImageEdges = {
      ...machine,
      progress: phaseProgress(spec.engine, context),
      noteFolder: (folder) => context.note({ folder } satisfies Note),
    };
    const notes = context.attempt.notes as readonly Note[];
    for (const note of notes) if ('folder' in note) await clearLeftFolder(note.folder, edges);
    const kept = notes.find((note) => 'previous' in note);
    const previous = kept?.previous ?? (await keepPrevious(spec.output));
    if (!kept) await context.note({ previous } satisfies Note);
    try {
      const { tarball } = await buildImage(spec, edges);
      return { output: spec.output, sha256: tarball.sha256, made: true, previous };
    } catch (error) {
      // The earlier image is still in its place; its second name is for undo alone.
      if (previous && (await lookAtImage(spec.output))?.manifest?.recipe !== recipe)
        await forgetPrevious(spec.output);
      throw error;
    }
  },

  async find({ spec, recipe }, { attempt }) {
    const there = await lookAtImage(spec.output);
    const { manifest } = there ?? {};
    if (manifest?.recipe !== recipe || Date.parse(manifest.times.started) < attempt.since - CLOCK)
      return undefined;
    const previous = (attempt.notes as readonly Note[]).some((note) => 'previous' in note && note.previous);
    return { output: spec.output, sha256: manifest.tarball.sha256, made: true, previous };
  },

  async undo(_, { output, sha256, made, previous }, context) {
    if (!made) return;
    const there = await lookAtImage(output);
    if (there && there.manifest?.tarball.sha256 !== sha256) {
      context.log(`${output} is another image by now: it stays`);
      return;
    }
    await removeFiles(output);
    if (previous) await bringBackPrevious(output);
  },
};

/** Milliseconds: a manifest's time is cut to them, an attempt's is not. */
const CLOCK = 1000;

function phaseProgress(engine: ShownSpec['engine'], context: StepContext): ImageEdges['progress'] {
  const phases = buildPhases(engine);
  return (event) => {
    if (event.type === 'line') return context.log(event.text);
    const { phase, fraction, detail } = event;
    context.progress({
      fraction: overallFraction(phases, { phase: phase satisfies PhaseId, fraction }),
      phase: { id: phase, fraction },
      text: detail ?? '',
    });
  };
}
