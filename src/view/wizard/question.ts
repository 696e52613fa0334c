/** One question of a wizard, as data. Made from the answers schema and the facts; drawn by `components/`. */
export interface Question {
  /** Key within its section or list item: `count`. */
  key: string;
  label: string;
  /** One or two sentences: what it is, what happens with it. */
  help: string;
  example?: string;
  kind: QuestionKind;
  required: boolean;
  /** What holds when nothing is answered. */
  default?: unknown;
  /** Asked only when the user wants all the details. */
  advanced: boolean;
  /** For `choice` and `many`; a `choice` may also take free text when `open`. */
  choices?: readonly Choice[];
  open?: boolean;
  /** For `list` (items are objects) and `group` (one object): the questions of an item. */
  questions?: readonly Question[];
  /** For `list`: one line that stands for an item, such as `server ×3`. */
  summary?: (item: Readonly<Record<string, unknown>>) => string;
  unit?: string;
}

/** `texts`: several texts, typed with commas between. */
export type QuestionKind =
  | 'text'
  | 'texts'
  | 'number'
  | 'toggle'
  | 'choice'
  | 'many'
  | 'secret'
  | 'list'
  | 'group';

export interface Choice {
  value: string | number;
  label: string;
  /** What helps to choose: `thin   412 GiB free   on all 3 nodes`. */
  detail?: string;
  /** For `many`: stands for itself; marking it unmarks the others, and the other way round. */
  alone?: boolean;
  /** Why it cannot be taken. */
  disabled?: string;
}
