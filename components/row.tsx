import { Text } from 'ink';
import { type Cell, type PlacedCell, placeCells, saidCells, type Tint } from '../src/view/text/cells.ts';
import { asciiText } from '../src/view/text/signs.ts';
import { useLook } from './look.ts';

/** One line of exactly `width` columns; for screen readers, its words. */
export function Row({ cells, width }: { cells: readonly Cell[]; width: number }) {
  const { screenReader, ascii, signs } = useLook();
  if (screenReader) {
    const said = saidCells(cells);
    return said ? <Text>{said}</Text> : null;
  }
  return (
    <Text wrap="truncate">
      {placeCells(ascii ? cells.map(inAscii) : cells, width, signs.ellipsis).map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other identity than their place
        <Tinted key={at} cell={cell} />
      ))}
    </Text>
  );
}

function inAscii(cell: Cell): Cell {
  return { ...cell, text: asciiText(cell.text) };
}

/** An empty line; screen readers need none. */
export function Gap() {
  return useLook().screenReader ? null : <Text> </Text>;
}

/** Lines of one tint, cut at `width`. */
export function Lines({
  lines,
  width,
  as = 'plain',
}: {
  lines: readonly string[];
  width: number;
  as?: Tint;
}) {
  return lines.map((line, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
    <Row key={at} width={width} cells={[{ text: line, grow: true, as }]} />
  ));
}

function Tinted({ cell }: { cell: PlacedCell }) {
  const { color } = useLook();
  if (!color || (cell.as === 'plain' && !cell.bold && !cell.inverse)) return <Text>{cell.text}</Text>;
  const name = colors[cell.as];
  return (
    <Text
      bold={cell.bold}
      dimColor={cell.as === 'dim'}
      inverse={cell.inverse}
      {...(name ? { color: name } : {})}
    >
      {cell.text}
    </Text>
  );
}

/** Names of the terminal's own palette, so that its owner's choice of colours holds. */
const colors: Readonly<Record<Tint, string | undefined>> = {
  plain: undefined,
  accent: 'cyan',
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  dim: undefined,
};
