import type { z } from 'zod';
import type { FilesDir } from '../butane/files-dir.ts';
import type { Issue } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { ResolvedImage } from '../images/resolve.ts';
import type { ImageSpec } from '../maas-image/image-spec.ts';
import type { Plan } from '../plan/plan.ts';
import type { MenuEntry } from './menu.ts';

/**
 * One thing Proxwright can do. `answers` is the one schema from which validation, JSON Schema, the wizard
 * and the reference come; `plan` is pure.
 */
export interface Workflow<Answers = unknown> extends MenuEntry {
  /** Section of the answer file. */
  section: string;
  /** The section is a list of these (`clusters:`), or one (`kea:`). */
  many: boolean;
  answers: z.ZodType<Answers>;
  /** Only images of this kind are offered; all of the catalogue unless told. */
  imageKind?: 'flatcar' | 'cloud';
  /** Files that the answers name, to be read before planning: path in the answers → file name. */
  files(answers: Answers): readonly { path: string; file: string }[];
  /**
   * What is wrong in the files that answers name, as far as it can be said before a plan; `answers` may be
   * incomplete. `read` gives a file's text and folder, undefined where there is none.
   */
  checkFiles?(
    answers: unknown,
    read: (file: string, folder?: string) => NamedFile | undefined,
  ): readonly Issue[];
  /** The answers with the full names of files on this machine. */
  placed?(answers: Answers, places: Places): Answers;
  /** Images that are built on this machine: they are looked for there before planning. */
  builds?(answers: Answers): readonly ImageSpec[];
  /** Parts of the facts that are read only for whoever asks. */
  looks?: readonly 'kea'[];
  /** Small files whose texts the plan needs, on nodes and on this machine; those that are not there are left out. */
  reads?(answers: Answers, facts: Facts): TextPlaces;
  /** What must be looked for on the nodes before planning. */
  probes(answers: Answers): {
    folders: readonly string[];
    scripts: readonly string[];
    programs?: readonly string[];
  };
  /** Catalogue images or URLs that must be resolved before planning. */
  images(answers: Answers, facts: Facts): readonly ImageNeed[];
  plan(answers: Answers, facts: Facts, inputs: PlanInputs): Plan;
  /** The plan that removes what `plan` makes. */
  destroy(answers: Answers, facts: Facts): Plan;
}

/** What answer files need to know of a workflow: its section and the schema of that. */
export type Section = Pick<Workflow, 'id' | 'title' | 'summary' | 'section' | 'many' | 'answers'>;

/** Full names of files: of what is read, beside the answers; of what is written, in the folder one is in. */
export interface Places {
  beside(file: string): string;
  here(file: string): string;
}

export interface TextPlaces {
  nodes: readonly { node: string; path: string }[];
  /** Full names. */
  here: readonly string[];
}

export interface NamedFile {
  text: string;
  folder: FilesDir;
}

export interface ImageNeed {
  image: string;
  transport: 'cloud-init' | 'fw_cfg';
}

/** What planning needs beyond answers and facts; read beforehand, so that planning stays pure. */
export interface PlanInputs {
  /** Contents of the files that the answers name, by name as written there. */
  files: ReadonlyMap<string, string>;
  /** The folder of a file that the answers name, for what that file names in turn. */
  filesDir(file: string): FilesDir;
  /** Folders that the answers share from nodes: `node:path` → whether it is there; absent where nobody can look. */
  folders: ReadonlyMap<string, boolean>;
  /** Hookscripts: `node:volume` → `ok`, or what is wrong with it. */
  scripts: ReadonlyMap<string, string>;
  /** Programs that some answers need: `node:path` → whether it is there and may be run; absent likewise. */
  programs?: ReadonlyMap<string, boolean>;
  /** Key: `image/transport`. */
  images: ReadonlyMap<string, ResolvedImage>;
  /** What {@link Workflow.reads} asked for: `node:path`, or the full name of a file here → its text. */
  texts: ReadonlyMap<string, string>;
  /** What new secrets are derived from: as `facts.seed`, but known to this machine and user alone. */
  secretSeed: string;
  /** Where the answers stand in their file: `clusters.0`. Findings' paths begin with it. */
  path: string;
}
