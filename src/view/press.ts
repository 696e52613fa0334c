/** One key as screens understand it: a named key, a Ctrl letter (`text`), or typed or pasted text. */
export interface Press {
  key: NamedKey | 'text' | 'ctrl';
  text: string;
}

export type NamedKey =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'backspace'
  | 'delete'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown';

/** Terminals that are slow, or typists that are fast, send several keys in one piece; this takes it apart. */
export function pressesIn(chunk: string): Press[] {
  const presses: Press[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are keys here
  for (const part of chunk.split(/([\x00-\x1f\x7f])/)) {
    if (part === '') continue;
    const code = part.charCodeAt(0);
    if (code >= 0x20 && code !== 0x7f) presses.push({ key: 'text', text: part });
    else presses.push(controlKey(code));
  }
  return presses;
}

export function isLetter(press: Press, letter: string): boolean {
  return press.key === 'text' && press.text === letter;
}

export function isCtrl(press: Press, letter: string): boolean {
  return press.key === 'ctrl' && press.text === letter;
}

function controlKey(code: number): Press {
  if (code === 0x0d || code === 0x0a) return { key: 'enter', text: '' };
  if (code === 0x09) return { key: 'tab', text: '' };
  if (code === 0x1b) return { key: 'escape', text: '' };
  if (code === 0x08 || code === 0x7f) return { key: 'backspace', text: '' };
  return { key: 'ctrl', text: String.fromCharCode(code + 0x60) };
}
