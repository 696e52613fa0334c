import { type Key, useInput, usePaste } from 'ink';
import { createContext, type ReactNode, type RefObject, useContext, useLayoutEffect, useRef } from 'react';
import { isCtrl, type NamedKey, type Press, pressesIn } from '../src/view/press.ts';

type Handler = (press: Press) => void;

interface Listener {
  handler: RefObject<Handler>;
  /** Gets Ctrl+C too, which else leaves the application. */
  interrupt: boolean;
}

const ListenersContext = createContext<RefObject<Listener[]>>({ current: [] });

/** Brings every key to the screen that was mounted last. Keys that arrive in one piece come one after the other. */
export function KeyRouter({ onInterrupt, children }: { onInterrupt: () => void; children: ReactNode }) {
  const listeners = useRef<Listener[]>([]);
  const waiting = useRef<Press[]>([]);
  const busy = useRef(false);

  const deliver = () => {
    const press = waiting.current.shift();
    busy.current = press !== undefined;
    if (!press) return;
    const top = listeners.current[listeners.current.length - 1];
    if (isCtrl(press, 'c') && !top?.interrupt) onInterrupt();
    else top?.handler.current(press);
    // The next key may be for a screen that this one has opened, or go on from where this one has moved: it
    // waits until that is drawn.
    setTimeout(deliver, 0);
  };
  const receive = (presses: readonly Press[]) => {
    waiting.current.push(...presses);
    if (!busy.current) deliver();
  };
  useInput((input, key) => receive(pressesOf(input, key)));
  usePaste((text) => receive([{ key: 'text', text: text.trimEnd() }]));

  return <ListenersContext value={listeners}>{children}</ListenersContext>;
}

/** Gives the keys to this component as long as it is mounted and nothing is mounted above it. */
export function useKeys(handler: Handler, { interrupt = false }: { interrupt?: boolean } = {}): void {
  const listeners = useContext(ListenersContext);
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  useLayoutEffect(() => {
    const listener = { handler: latest, interrupt };
    const list = listeners.current;
    list.push(listener);
    return () => {
      list.splice(list.indexOf(listener), 1);
    };
  }, [listeners, interrupt]);
}

function pressesOf(input: string, key: Key): Press[] {
  if (key.eventType === 'release') return [];
  if (key.tab) return [{ key: key.shift ? 'backtab' : 'tab', text: '' }];
  for (const [flag, name] of named) {
    if (key[flag]) return [{ key: name, text: '' }];
  }
  if (key.ctrl) return input ? [{ key: 'ctrl', text: input }] : [];
  if (key.meta) return [];
  return pressesIn(input);
}

const named: readonly (readonly [keyof Key, NamedKey])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['home', 'home'],
  ['end', 'end'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
];
