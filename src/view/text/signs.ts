/** The signs that go with every colour, the keys' names and the lines of drawings, as the terminal can show them. */
export interface Signs {
  ok: string;
  warning: string;
  failed: string;
  /** Not begun, or nothing to do. */
  idle: string;
  /** Goes on right now, or what to do next. */
  active: string;
  cursor: string;
  todo: string;
  /** What is removed. */
  gone: string;
  /** In place of. */
  from: string;
  ellipsis: string;
  times: string;
  dot: string;
  caret: string;
  hidden: string;
  enter: string;
  back: string;
  updown: string;
  bar: { full: string; empty: string };
  line: Lines;
  spinner: readonly string[];
}

/** Box drawing: `bottomTee` hangs a line below a box, `upTee` ends it on a horizontal line. */
export interface Lines {
  horizontal: string;
  vertical: string;
  topLeft: string;
  topRight: string;
  bottomLeft: string;
  bottomRight: string;
  bottomTee: string;
  upTee: string;
  upEnd: string;
  cross: string;
}

export function signsFor(ascii: boolean): Signs {
  return ascii ? asciiSigns : unicodeSigns;
}

/** Signs that come from elsewhere (titles and notes of plans, summaries), for terminals without them. */
export function asciiText(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (sign) => asciiFor[sign] ?? sign);
}

const asciiFor: Readonly<Record<string, string>> = {
  '→': '->',
  '−': '-',
  '←': '<-',
  '×': 'x',
  '…': '...',
  '·': '-',
  '•': '*',
  '–': '-',
  '—': '-',
  '›': '>',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '✓': '+',
  '✗': 'x',
};

const unicodeSigns: Signs = {
  ok: '✓',
  warning: '!',
  failed: '✗',
  idle: '·',
  active: '→',
  cursor: '❯',
  todo: '+',
  gone: '−',
  from: '←',
  ellipsis: '…',
  times: '×',
  dot: '·',
  caret: '▏',
  hidden: '•',
  enter: '⏎',
  back: '←',
  updown: '↑↓',
  bar: { full: '▇', empty: '▁' },
  line: {
    horizontal: '─',
    vertical: '│',
    topLeft: '┌',
    topRight: '┐',
    bottomLeft: '└',
    bottomRight: '┘',
    bottomTee: '┬',
    upTee: '┴',
    upEnd: '┘',
    cross: '┼',
  },
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const asciiSigns: Signs = {
  ok: '+',
  warning: '!',
  failed: 'x',
  idle: '.',
  active: '>',
  cursor: '>',
  todo: '+',
  gone: '-',
  from: '<-',
  ellipsis: '...',
  times: 'x',
  dot: '-',
  caret: '_',
  hidden: '*',
  enter: 'enter',
  back: 'left',
  updown: 'up/down',
  bar: { full: '#', empty: '.' },
  line: {
    horizontal: '-',
    vertical: '|',
    topLeft: '+',
    topRight: '+',
    bottomLeft: '+',
    bottomRight: '+',
    bottomTee: '+',
    upTee: '+',
    upEnd: '+',
    // A tick is +: what only passes must look different.
    cross: '|',
  },
  spinner: ['|', '/', '-', '\\'],
};

/** Words in place of signs, for ears. */
export const spokenSigns: Signs = {
  ...asciiSigns,
  ok: 'done:',
  warning: 'note:',
  failed: 'failed:',
  idle: '',
  active: 'to do:',
  cursor: '',
  todo: '',
  times: 'times',
  dot: ',',
  enter: 'enter',
  back: 'left',
};
